#define _GNU_SOURCE
#include "CCheckShims.h"

#include <fenv.h>
#include <malloc.h>

uint64_t check_heap_bytes(void) {
  struct mallinfo2 info = mallinfo2();
  return (uint64_t)info.uordblks + (uint64_t)info.hblkhd;
}

uint64_t check_float_mode(void) {
#if defined(__x86_64__)
  uint32_t control = 0;
  uint16_t old = 0;
  __asm__ volatile("stmxcsr %0" : "=m"(control));
  __asm__ volatile("fnstcw %0" : "=m"(old));
  return ((uint64_t)old << 32) | (control & ~(uint32_t)0x3F);
#elif defined(__aarch64__)
  uint64_t control = 0;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  return control;
#else
  return (uint64_t)fegetround();
#endif
}
