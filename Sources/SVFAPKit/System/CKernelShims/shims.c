#include "CKernelShims.h"

int kernel_supports_v3(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
#else
  return 0;
#endif
}

int kernel_supports_v4(void) {
#if defined(__x86_64__)
  return kernel_supports_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd");
#else
  return 0;
#endif
}

int kernel_supports_vnni(void) {
#if defined(__x86_64__)
  return kernel_supports_v4() && __builtin_cpu_supports("avx512vnni");
#else
  return 0;
#endif
}

int kernel_supports_bf16(void) {
#if defined(__x86_64__)
  return kernel_supports_v4() && __builtin_cpu_supports("avx512bf16");
#else
  return 0;
#endif
}
