/* One tile of a matrix product: up to 14 rows by 32 columns of the result, all of it in registers.
 *
 * The columns of B come as a panel, [depth][32], so that every step reads 128 bytes in order; the numbers of A are spread
 * over the lanes straight from where they lie. Every number of the result is summed in the order of the depth: it does
 * not depend on which tile it fell into, and so not on how work was shared out.
 *
 * 28 sums, 2 columns of B and 2 numbers of A fill the 32 registers of AVX-512. The addresses of 14 rows are made of
 * three pointers and five distances; the empty asm statement keeps the compiler from making fourteen pointers of them. */
#pragma once

#include <stdint.h>

enum { KERNEL_TILE_ROWS = 14, KERNEL_TILE_COLUMNS = 32 };

#define KERNEL_TILE_STEP(u, distance)                                                                                    \
  {                                                                                                                      \
    const kernel_f16 left = *(const kernel_unaligned *)(panel + 32 * (u));                                               \
    const kernel_f16 right = *(const kernel_unaligned *)(panel + 32 * (u) + 16);                                         \
    _Pragma("unroll") for (int row = 0; row < rows; row++) {                                                             \
      const float *base = row < 5 ? first : row < 10 ? second : third;                                                   \
      const kernel_f16 value = (kernel_f16)base[row % 5 * rowStride + (distance)];                                       \
      sums[row][0] = kernel_fma(value, left, sums[row][0]);                                                              \
      sums[row][1] = kernel_fma(value, right, sums[row][1]);                                                             \
    }                                                                                                                    \
  }

typedef kernel_f16 kernel_unaligned __attribute__((aligned(4)));

/// c (rows, 32) = or += a (rows, depth) times a panel. `depthStride` is 1, or `rowStride` is.
KERNEL_INLINE void kernel_tile(
    const int rows, const int isTransposed, const int adding, int64_t depth, const float *a, int64_t stride, const float *panel, float *c,
    int64_t cStride) {
  kernel_f16 sums[KERNEL_TILE_ROWS][2];
  const int64_t rowStride = isTransposed ? 1 : stride, depthStride = isTransposed ? stride : 1;
  const float *first = a, *second = a + 5 * rowStride, *third = a + 10 * rowStride;
  _Pragma("unroll") for (int row = 0; row < rows; row++) {
    sums[row][0] = adding ? *(const kernel_unaligned *)(c + row * cStride) : (kernel_f16)0.0f;
    sums[row][1] = adding ? *(const kernel_unaligned *)(c + row * cStride + 16) : (kernel_f16)0.0f;
  }
  for (; depth >= 4; depth -= 4) {
    KERNEL_TILE_STEP(0, 0)
    KERNEL_TILE_STEP(1, depthStride)
    KERNEL_TILE_STEP(2, 2 * depthStride)
    KERNEL_TILE_STEP(3, 3 * depthStride)
    first += 4 * depthStride, second += 4 * depthStride, third += 4 * depthStride, panel += 128;
    __asm__("" : "+r"(first), "+r"(second), "+r"(third));
  }
  for (; depth > 0; depth--) {
    KERNEL_TILE_STEP(0, 0)
    first += depthStride, second += depthStride, third += depthStride, panel += 32;
  }
  _Pragma("unroll") for (int row = 0; row < rows; row++) {
    *(kernel_unaligned *)(c + row * cStride) = sums[row][0];
    *(kernel_unaligned *)(c + row * cStride + 16) = sums[row][1];
  }
}

/* A function for every height: the loop over rows is unrolled, and the sums are registers. */
#define KERNEL_TILE_OF(n)                                                                                                \
  static inline void kernel_tile_##n(                                                                                    \
      int isTransposed, int adding, int64_t depth, const float *a, int64_t stride, const float *panel, float *c, int64_t cStride) { \
    if (isTransposed) {                                                                                                  \
      if (adding) kernel_tile(n, 1, 1, depth, a, stride, panel, c, cStride);                                             \
      else kernel_tile(n, 1, 0, depth, a, stride, panel, c, cStride);                                                    \
    } else {                                                                                                             \
      if (adding) kernel_tile(n, 0, 1, depth, a, stride, panel, c, cStride);                                             \
      else kernel_tile(n, 0, 0, depth, a, stride, panel, c, cStride);                                                    \
    }                                                                                                                    \
  }
KERNEL_TILE_OF(1)
KERNEL_TILE_OF(2)
KERNEL_TILE_OF(3)
KERNEL_TILE_OF(4)
KERNEL_TILE_OF(5)
KERNEL_TILE_OF(6)
KERNEL_TILE_OF(7)
KERNEL_TILE_OF(8)
KERNEL_TILE_OF(9)
KERNEL_TILE_OF(10)
KERNEL_TILE_OF(11)
KERNEL_TILE_OF(12)
KERNEL_TILE_OF(13)
KERNEL_TILE_OF(14)

/// Sixteen rows of sixteen numbers, `stride` apart, become columns: [16][16] at `turned`, whose rows are 32 apart.
/// Four rounds of weaving each row of the upper half with its partner of the lower one move every index bit from
/// rows to columns.
static inline void kernel_turn(const float *rows, int64_t stride, float *turned) {
  kernel_f16 lines[16], woven[16];
  _Pragma("unroll") for (int i = 0; i < 16; i++) lines[i] = *(const kernel_unaligned *)(rows + i * stride);
  _Pragma("unroll") for (int round = 0; round < 4; round++) {
    _Pragma("unroll") for (int i = 0; i < 8; i++) {
      woven[2 * i] = __builtin_shufflevector(lines[i], lines[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      woven[2 * i + 1] = __builtin_shufflevector(lines[i], lines[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    _Pragma("unroll") for (int i = 0; i < 16; i++) lines[i] = woven[i];
  }
  _Pragma("unroll") for (int i = 0; i < 16; i++) *(kernel_unaligned *)(turned + 32 * i) = lines[i];
}
