/* One tile of a matrix product: up to 14 rows by 32 columns of the result, all of it in registers.
 *
 * Operands are made of units of 32 bits: one float32, two bfloat16 or four int8 that follow each other along the depth. The columns of
 * B come as a panel, [depth][32] units, so that every step reads 128 bytes in order; a unit of A is spread over the lanes
 * straight from where it lies. Every number of the result is summed in the order of the depth: it does not depend on
 * which tile it fell into, and so not on how work was shared out.
 *
 * 28 sums, 2 columns of B and 2 units of A fill the 32 registers of AVX-512. The addresses of 14 rows are made of three
 * pointers and five distances; the empty asm statement keeps the compiler from making fourteen pointers of them. */
#pragma once

#include <stdint.h>

enum { KERNEL_TILE_ROWS = 14, KERNEL_TILE_COLUMNS = 32 };

typedef kernel_f16 kernel_unaligned __attribute__((aligned(4)));

/// One step of the depth for 16 columns: the sums, a unit of A in every lane, 16 units of B.
KERNEL_INLINE kernel_f16 kernel_multiply(kernel_f16 sums, kernel_f16 a, kernel_f16 b) { return kernel_fma(a, b, sums); }

#ifdef __AVX512BF16__
/* Two products a lane, each pair summed before it is added; subnormal numbers count as 0. */
typedef __bf16 kernel_bf32 __attribute__((__vector_size__(64)));
KERNEL_INLINE kernel_f16 kernel_multiply_pairs(kernel_f16 sums, kernel_f16 a, kernel_f16 b) {
  return __builtin_ia32_dpbf16ps_512(sums, (kernel_bf32)a, (kernel_bf32)b);
}
#endif

#ifdef __AVX512VNNI__
/* Four products of an unsigned and a signed byte a lane, summed in int32; `sums` are the bits of those. */
typedef int kernel_quads __attribute__((__vector_size__(64)));
KERNEL_INLINE kernel_f16 kernel_multiply_quads(kernel_f16 sums, kernel_f16 a, kernel_f16 b) {
  return (kernel_f16)__builtin_ia32_vpdpbusd512((kernel_quads)sums, (kernel_quads)a, (kernel_quads)b);
}
#endif

#define KERNEL_TILE_STEP(multiply, u, distance)                                                                          \
  {                                                                                                                      \
    const kernel_f16 left = *(const kernel_unaligned *)(panel + 32 * (u));                                               \
    const kernel_f16 right = *(const kernel_unaligned *)(panel + 32 * (u) + 16);                                         \
    _Pragma("unroll") for (int row = 0; row < rows; row++) {                                                             \
      const float *base = row < 5 ? first : row < 10 ? second : third;                                                   \
      const kernel_f16 value = (kernel_f16)base[row % 5 * rowStride + (distance)];                                       \
      sums[row][0] = multiply(sums[row][0], value, left);                                                                \
      sums[row][1] = multiply(sums[row][1], value, right);                                                               \
    }                                                                                                                    \
  }

/* `kind`_tile: c (rows, 32) = or += a (rows, depth) times a panel. The units of a row of A follow each other and its rows are
 * `stride` apart; transposed it is the other way round. */
#define KERNEL_TILE(kind, multiply)                                                                                      \
  KERNEL_INLINE void kind(                                                                                               \
      const int rows, const int isTransposed, const int adding, int64_t depth, const float *a, int64_t stride,           \
      const float *panel, float *c, int64_t cStride) {                                                                   \
    kernel_f16 sums[KERNEL_TILE_ROWS][2];                                                                                \
    const int64_t rowStride = isTransposed ? 1 : stride, depthStride = isTransposed ? stride : 1;                        \
    const float *first = a, *second = a + 5 * rowStride, *third = a + 10 * rowStride;                                    \
    _Pragma("unroll") for (int row = 0; row < rows; row++) {                                                             \
      sums[row][0] = adding ? *(const kernel_unaligned *)(c + row * cStride) : (kernel_f16)0.0f;                         \
      sums[row][1] = adding ? *(const kernel_unaligned *)(c + row * cStride + 16) : (kernel_f16)0.0f;                    \
    }                                                                                                                    \
    for (; depth >= 4; depth -= 4) {                                                                                     \
      KERNEL_TILE_STEP(multiply, 0, 0)                                                                                   \
      KERNEL_TILE_STEP(multiply, 1, depthStride)                                                                         \
      KERNEL_TILE_STEP(multiply, 2, 2 * depthStride)                                                                     \
      KERNEL_TILE_STEP(multiply, 3, 3 * depthStride)                                                                     \
      first += 4 * depthStride, second += 4 * depthStride, third += 4 * depthStride, panel += 128;                       \
      __asm__("" : "+r"(first), "+r"(second), "+r"(third));                                                              \
    }                                                                                                                    \
    for (; depth > 0; depth--) {                                                                                         \
      KERNEL_TILE_STEP(multiply, 0, 0)                                                                                   \
      first += depthStride, second += depthStride, third += depthStride, panel += 32;                                    \
    }                                                                                                                    \
    _Pragma("unroll") for (int row = 0; row < rows; row++) {                                                             \
      *(kernel_unaligned *)(c + row * cStride) = sums[row][0];                                                           \
      *(kernel_unaligned *)(c + row * cStride + 16) = sums[row][1];                                                      \
    }                                                                                                                    \
  }

/* A branch for every height: the loops over rows are unrolled, and the sums are registers. */
#define KERNEL_TILE_HEIGHT(kind, n)                                                                                      \
  case n:                                                                                                                \
    if (isTransposed) {                                                                                                  \
      if (adding) kind(n, 1, 1, depth, a, stride, panel, c, cStride);                                                    \
      else kind(n, 1, 0, depth, a, stride, panel, c, cStride);                                                           \
    } else {                                                                                                             \
      if (adding) kind(n, 0, 1, depth, a, stride, panel, c, cStride);                                                    \
      else kind(n, 0, 0, depth, a, stride, panel, c, cStride);                                                           \
    }                                                                                                                    \
    break;
#define KERNEL_TILE_HEIGHTS(name, kind)                                                                                  \
  static inline void name(                                                                                               \
      int64_t rows, int32_t isTransposed, int32_t adding, int64_t depth, const float *a, int64_t stride, const float *panel, float *c, \
      int64_t cStride) {                                                                                                 \
    switch (rows) {                                                                                                      \
      KERNEL_TILE_HEIGHT(kind, 1) KERNEL_TILE_HEIGHT(kind, 2) KERNEL_TILE_HEIGHT(kind, 3) KERNEL_TILE_HEIGHT(kind, 4)    \
      KERNEL_TILE_HEIGHT(kind, 5) KERNEL_TILE_HEIGHT(kind, 6) KERNEL_TILE_HEIGHT(kind, 7) KERNEL_TILE_HEIGHT(kind, 8)    \
      KERNEL_TILE_HEIGHT(kind, 9) KERNEL_TILE_HEIGHT(kind, 10) KERNEL_TILE_HEIGHT(kind, 11) KERNEL_TILE_HEIGHT(kind, 12) \
      KERNEL_TILE_HEIGHT(kind, 13) KERNEL_TILE_HEIGHT(kind, 14)                                                          \
    }                                                                                                                    \
  }

KERNEL_TILE(kernel_tile, kernel_multiply)
KERNEL_TILE_HEIGHTS(kernel_tile_of, kernel_tile)

/// Sixteen rows of sixteen units become columns: [16][16] at `turned`, whose rows are 32 units apart. Four rounds of weaving
/// each row of the upper half with its partner of the lower one move every index bit from rows to columns.
KERNEL_INLINE void kernel_turn(kernel_f16 lines[16], float *turned) {
  kernel_f16 woven[16];
  _Pragma("unroll") for (int round = 0; round < 4; round++) {
    _Pragma("unroll") for (int i = 0; i < 8; i++) {
      woven[2 * i] = __builtin_shufflevector(lines[i], lines[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      woven[2 * i + 1] = __builtin_shufflevector(lines[i], lines[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    _Pragma("unroll") for (int i = 0; i < 16; i++) lines[i] = woven[i];
  }
  _Pragma("unroll") for (int i = 0; i < 16; i++) *(kernel_unaligned *)(turned + 32 * i) = lines[i];
}

/// The first `count` of sixteen numbers, 0 for the rest.
KERNEL_INLINE kernel_f16 kernel_load_part(const float *x, int64_t count) {
  kernel_f16 part = 0.0f;
  if (count >= 16) return *(const kernel_unaligned *)x;
  for (int64_t i = 0; i < count; i++) part[i] = x[i];
  return part;
}

/// Packs `count` (1 to 16) rows of `depth` (1 to 16) numbers as columns of a panel: [16][16], 0 where there is nothing.
static inline void kernel_pack_turned(const float *rows, int64_t stride, int64_t count, int64_t depth, float *panel) {
  kernel_f16 lines[16];
  if (count == 16 && depth == 16) {
    _Pragma("unroll") for (int i = 0; i < 16; i++) lines[i] = *(const kernel_unaligned *)(rows + i * stride);
  } else {
    for (int i = 0; i < 16; i++) lines[i] = i < count ? kernel_load_part(rows + i * stride, depth) : (kernel_f16)0.0f;
  }
  kernel_turn(lines, panel);
}

#ifdef __AVX512BF16__
KERNEL_TILE(kernel_pair_tile, kernel_multiply_pairs)
KERNEL_TILE_HEIGHTS(kernel_pair_tile_of, kernel_pair_tile)

typedef unsigned kernel_u16 __attribute__((ext_vector_type(16)));
typedef __bf16 kernel_bf16 __attribute__((ext_vector_type(16)));
typedef unsigned short kernel_s16 __attribute__((ext_vector_type(16)));

/// Sixteen pairs from up to 32 numbers that follow each other, rounded to nearest, ties to even; 0 behind their end.
KERNEL_INLINE kernel_f16 kernel_pairs(const float *x, int64_t count) {
  if (count >= 32) return (kernel_f16)__builtin_ia32_cvtne2ps2bf16_512(*(const kernel_unaligned *)(x + 16), *(const kernel_unaligned *)x);
  return (kernel_f16)__builtin_ia32_cvtne2ps2bf16_512(
      count > 16 ? kernel_load_part(x + 16, count - 16) : (kernel_f16)0.0f, kernel_load_part(x, count));
}

/// Sixteen pairs, each of a number and the one under it.
KERNEL_INLINE kernel_f16 kernel_woven_pairs(kernel_f16 upper, kernel_f16 lower) {
  const kernel_s16 first = (kernel_s16)__builtin_convertvector(upper, kernel_bf16);
  const kernel_s16 second = (kernel_s16)__builtin_convertvector(lower, kernel_bf16);
  return (kernel_f16)(__builtin_convertvector(first, kernel_u16) | __builtin_convertvector(second, kernel_u16) << 16);
}

/// As `kernel_pack_turned` for pairs: `depth` is 1 to 32.
static inline void kernel_pack_turned_pairs(const float *rows, int64_t stride, int64_t count, int64_t depth, float *panel) {
  kernel_f16 lines[16];
  if (count == 16 && depth == 32) {
    _Pragma("unroll") for (int i = 0; i < 16; i++) lines[i] = kernel_pairs(rows + i * stride, 32);
  } else {
    for (int i = 0; i < 16; i++) lines[i] = i < count ? kernel_pairs(rows + i * stride, depth) : (kernel_f16)0.0f;
  }
  kernel_turn(lines, panel);
}
#endif

#ifdef __AVX512VNNI__
KERNEL_TILE(kernel_quad_tile, kernel_multiply_quads)
KERNEL_TILE_HEIGHTS(kernel_quad_tile_of, kernel_quad_tile)

typedef signed char kernel_c16 __attribute__((ext_vector_type(16)));

/// Sixteen numbers times `scale`, rounded to nearest and kept in -127 ... 127, plus `offset`, as sixteen bytes.
KERNEL_INLINE void kernel_store_bytes(kernel_f16 x, float scale, int offset, void *bytes) {
  const kernel_f16 magic = 12582912.0f, limit = 127.0f;
  kernel_f16 rounded = (x * scale + magic) - magic;
  rounded = rounded > limit ? limit : rounded < -limit ? -limit : rounded;
  const kernel_c16 narrow = __builtin_convertvector(__builtin_convertvector(rounded, kernel_i16) + offset, kernel_c16);
  __builtin_memcpy(bytes, &narrow, 16);
}

/// Sums of int32 as what they stand for: (sum - shift) * rowScale * columnScale.
KERNEL_INLINE kernel_f16 kernel_scale_sums(kernel_f16 sums, kernel_f16 shift, float rowScale, kernel_f16 columnScale) {
  return __builtin_convertvector((kernel_i16)sums - (kernel_i16)shift, kernel_f16) * (columnScale * rowScale);
}
#endif
