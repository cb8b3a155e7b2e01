/* SIMD operations that Swift's standard library does lane by lane on Linux: each inlines to a few instructions of
 * whatever instruction set the including target is compiled for. `ext_vector_type(16)` imports as SIMD16. */
#pragma once

typedef float kernel_f16 __attribute__((ext_vector_type(16)));
typedef int kernel_i16 __attribute__((ext_vector_type(16)));

#define KERNEL_INLINE static inline __attribute__((always_inline))

/// a * b + c, in one rounding where the processor has it.
KERNEL_INLINE kernel_f16 kernel_fma(kernel_f16 a, kernel_f16 b, kernel_f16 c) {
#pragma clang fp contract(fast)
  return a * b + c;
}

/// Sum of the lanes, pairwise: the same order on every instruction set.
KERNEL_INLINE float kernel_sum(kernel_f16 v) {
  float __attribute__((ext_vector_type(8))) a = v.lo + v.hi;
  float __attribute__((ext_vector_type(4))) b = a.lo + a.hi;
  float __attribute__((ext_vector_type(2))) c = b.lo + b.hi;
  return c.x + c.y;
}

/// The larger of each pair; NaN in `a` is kept.
KERNEL_INLINE kernel_f16 kernel_max(kernel_f16 a, kernel_f16 b) { return a < b ? b : a; }

/// Largest lane; NaN lanes other than the first may be passed over.
KERNEL_INLINE float kernel_largest(kernel_f16 v) {
  float largest = v[0];
  for (int i = 1; i < 16; i++) largest = v[i] > largest ? v[i] : largest;
  return largest;
}

/// e^x, relative error below 2e-7 for x in [-87, 88]; clamped outside, NaN stays NaN. Range reduction by ln 2 in two
/// parts (Cody-Waite) and a polynomial of degree 6.
KERNEL_INLINE kernel_f16 kernel_exp(kernel_f16 x) {
  const kernel_f16 high = 88.3762626647949f, low = -87.3365447504019f;
  x = x > high ? high : x;
  x = x < low ? low : x;
  /* Adding and subtracting 1.5 * 2^23 rounds to the nearest integer without a libm call. */
  const kernel_f16 magic = 12582912.0f;
  kernel_f16 n = (x * 1.44269504088896341f + magic) - magic;
  kernel_f16 r = kernel_fma(n, (kernel_f16)-0.693359375f, x);
  r = kernel_fma(n, (kernel_f16)2.12194440e-4f, r);
  kernel_f16 p = (kernel_f16)1.9875691500e-4f;
  p = kernel_fma(p, r, (kernel_f16)1.3981999507e-3f);
  p = kernel_fma(p, r, (kernel_f16)8.3334519073e-3f);
  p = kernel_fma(p, r, (kernel_f16)4.1665795894e-2f);
  p = kernel_fma(p, r, (kernel_f16)1.6666665459e-1f);
  p = kernel_fma(p, r, (kernel_f16)5.0000001201e-1f);
  p = kernel_fma(p, r * r, r + 1.0f);
  kernel_i16 exponent = (__builtin_convertvector(n, kernel_i16) + 127) << 23;
  return p * (kernel_f16)exponent;
}

/// Square root of every lane, in one instruction: Swift's squareRoot() calls libm for each lane.
KERNEL_INLINE kernel_f16 kernel_sqrt(kernel_f16 v) { return __builtin_elementwise_sqrt(v); }

/// Phi(x), the normal distribution: erf by Abramowitz and Stegun 7.1.26, absolute error below 2e-7.
KERNEL_INLINE kernel_f16 kernel_phi(kernel_f16 x) {
  kernel_f16 z = (x < 0.0f ? -x : x) * 0.70710678118654752f;
  kernel_f16 t = 1.0f / kernel_fma((kernel_f16)0.3275911f, z, (kernel_f16)1.0f);
  kernel_f16 p = (kernel_f16)1.061405429f;
  p = kernel_fma(p, t, (kernel_f16)-1.453152027f);
  p = kernel_fma(p, t, (kernel_f16)1.421413741f);
  p = kernel_fma(p, t, (kernel_f16)-0.284496736f);
  p = kernel_fma(p, t, (kernel_f16)0.254829592f);
  /* upper = 1 - erf(z) = 2 (1 - Phi(|x|)): taken directly, so that nothing is lost to cancellation on the negative side. */
  kernel_f16 upper = p * t * kernel_exp(-z * z);
  return x < 0.0f ? 0.5f * upper : 1.0f - 0.5f * upper;
}

/// x * Phi(x): the exact (erf) GELU. The error is below 2e-7 * max(1, |x|) everywhere and below 5e-6 of the result for x > -2.
KERNEL_INLINE kernel_f16 kernel_gelu(kernel_f16 x) { return x * kernel_phi(x); }

/// Derivative of GELU, given Phi(x): Phi(x) + x * density(x).
KERNEL_INLINE kernel_f16 kernel_gelu_slope(kernel_f16 x, kernel_f16 phi) {
  return kernel_fma(x * 0.39894228040143268f, kernel_exp(-0.5f * x * x), phi);
}

#include "KernelTile.h"

/// 1 if the processor runs code for x86-64-v3 / x86-64-v4.
int kernel_supports_v3(void);
int kernel_supports_v4(void);
/// 1 if it has v4 and multiplies pairs of bfloat16 (AVX512-BF16).
int kernel_supports_bf16(void);
/// 1 if it has v4 and multiplies quads of bytes (AVX512-VNNI).
int kernel_supports_vnni(void);
