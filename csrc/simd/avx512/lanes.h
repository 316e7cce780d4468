/* SPDX-License-Identifier: Apache-2.0 */
/* lanes.h for AVX-512 (F, BW, DQ, VL). ../simd.h documents the names. */
#ifndef SNN_LANES_H
#define SNN_LANES_H

#include <immintrin.h>
#include <stdint.h>

#define LANES16 32
#define LANES32 16

typedef __m512i i16v;
typedef __m512i i32v;
typedef __mmask32 m16;
typedef __mmask16 m32;

static inline i16v i16_load(const void *p) { return _mm512_loadu_si512(p); }
static inline void i16_store(void *p, i16v a) { _mm512_storeu_si512(p, a); }
static inline i16v i16_set(int16_t x) { return _mm512_set1_epi16(x); }
static inline i16v i16_add(i16v a, i16v b) { return _mm512_add_epi16(a, b); }
static inline i16v i16_adds(i16v a, i16v b) { return _mm512_adds_epi16(a, b); }
static inline i16v i16_sub(i16v a, i16v b) { return _mm512_sub_epi16(a, b); }
static inline i16v i16_q15(i16v a, i16v b) { return _mm512_mulhrs_epi16(a, b); }
#define u16_shr(a, n) _mm512_srli_epi16(a, n)
#define i16_shl(a, n) _mm512_slli_epi16(a, n)
static inline i16v u8_add(i16v a, i16v b) { return _mm512_add_epi8(a, b); }
static inline i16v u8_sub(i16v a, i16v b) { return _mm512_sub_epi8(a, b); }
static inline i16v i16_and(i16v a, i16v b) { return _mm512_and_si512(a, b); }
static inline void i16_zip(i16v even, i16v odd, i16v *first, i16v *second) {
    const __m512i low = _mm512_set_epi16(47, 15, 46, 14, 45, 13, 44, 12, 43, 11, 42, 10, 41, 9, 40, 8, 39,
                                         7, 38, 6, 37, 5, 36, 4, 35, 3, 34, 2, 33, 1, 32, 0);
    *first = _mm512_permutex2var_epi16(even, low, odd);
    *second = _mm512_permutex2var_epi16(even, _mm512_add_epi16(low, _mm512_set1_epi16(16)), odd);
}
static inline i16v i16_mul(i16v a, i16v b) { return _mm512_mullo_epi16(a, b); }
static inline i16v u15_mul(i16v a, i16v b) { return _mm512_mulhi_epu16(a, _mm512_add_epi16(b, b)); }
static inline i16v i16_min(i16v a, i16v b) { return _mm512_min_epi16(a, b); }
static inline i16v i16_max(i16v a, i16v b) { return _mm512_max_epi16(a, b); }
static inline i16v u16_max(i16v a, i16v b) { return _mm512_max_epu16(a, b); }
static inline m16 i16_gt(i16v a, i16v b) { return _mm512_cmpgt_epi16_mask(a, b); }
static inline m16 i16_eq(i16v a, i16v b) { return _mm512_cmpeq_epi16_mask(a, b); }
static inline m16 u16_lt(i16v a, i16v b) { return _mm512_cmplt_epu16_mask(a, b); }
static inline i16v i16_select(m16 m, i16v a, i16v b) { return _mm512_mask_blend_epi16(m, b, a); }
static inline m16 m16_or(m16 a, m16 b) { return a | b; }
static inline int m16_any(m16 m) { return m != 0; }
static inline uint32_t m16_bits(m16 m) { return m; }
static inline i16v u16_from_bytes(const uint8_t *p) {
    return _mm512_cvtepu8_epi16(_mm256_loadu_si256((const __m256i *)(const void *)p));
}
static inline i16v u16_from_nibbles(const uint8_t *p) {
    __m256i b = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(const void *)p));
    __m256i codes =
        _mm256_and_si256(_mm256_or_si256(b, _mm256_slli_epi16(b, 4)), _mm256_set1_epi16(0x0F0F));
    return _mm512_cvtepu8_epi16(codes);
}
static inline uint32_t u16_least(i16v a) {
    __m256i half = _mm256_min_epu16(_mm512_castsi512_si256(a), _mm512_extracti64x4_epi64(a, 1));
    __m128i eight = _mm_min_epu16(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
    uint32_t least = (uint16_t)_mm_cvtsi128_si32(_mm_minpos_epu16(eight));
    m16 here = _mm512_cmpeq_epi16_mask(a, _mm512_set1_epi16((int16_t)least));
    return least << 16 | (uint32_t)__builtin_ctz(here);
}

static inline i32v i32_load(const void *p) { return _mm512_loadu_si512(p); }
static inline void i32_store(void *p, i32v a) { _mm512_storeu_si512(p, a); }
static inline i32v i32_set(int32_t x) { return _mm512_set1_epi32(x); }
static inline i32v i32_add(i32v a, i32v b) { return _mm512_add_epi32(a, b); }
static inline i32v i32_sub(i32v a, i32v b) { return _mm512_sub_epi32(a, b); }
static inline i32v i32_mul(i32v a, i32v b) { return _mm512_mullo_epi32(a, b); }
static inline i32v i32_xor(i32v a, i32v b) { return _mm512_xor_si512(a, b); }
static inline i32v i32_min(i32v a, i32v b) { return _mm512_min_epi32(a, b); }
static inline i32v i32_max(i32v a, i32v b) { return _mm512_max_epi32(a, b); }
#define u32_shr(a, n) _mm512_srli_epi32(a, n)
static inline m32 i32_gt(i32v a, i32v b) { return _mm512_cmpgt_epi32_mask(a, b); }
static inline uint32_t m32_bits(m32 m) { return m; }
static inline i32v u32_from16(const void *p) {
    return _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)p));
}
static inline i32v u32_from_bytes(const uint8_t *p) {
    return _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(const void *)p));
}
static inline i16v i16_join(i32v low, i32v high) {
    __m512i a = _mm512_castsi256_si512(_mm512_cvtepi32_epi16(low));
    return _mm512_inserti64x4(a, _mm512_cvtepi32_epi16(high), 1);
}
static inline i16v i16_join_high(i32v low, i32v high) {
    const __m512i odd = _mm512_set_epi16(63, 61, 59, 57, 55, 53, 51, 49, 47, 45, 43, 41, 39, 37, 35, 33, 31,
                                         29, 27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1);
    return _mm512_permutex2var_epi16(low, odd, high);
}

#define SNN_MASKED_LANES /* masked loads and stores are as fast as whole ones */
static inline i16v i16_load_part(const void *p, unsigned n) {
    return _mm512_maskz_loadu_epi16((__mmask32)(((uint64_t)1 << n) - 1), p);
}
static inline void i16_store_part(void *p, i16v a, unsigned n) {
    _mm512_mask_storeu_epi16(p, (__mmask32)(((uint64_t)1 << n) - 1), a);
}
static inline i16v i16_first(i16v a, unsigned n) {
    return _mm512_maskz_mov_epi16((__mmask32)(((uint64_t)1 << n) - 1), a);
}
static inline i32v i32_load_part(const void *p, unsigned n) {
    return _mm512_maskz_loadu_epi32((__mmask16)((1u << n) - 1), p);
}
static inline void i32_store_part(void *p, i32v a, unsigned n) {
    _mm512_mask_storeu_epi32(p, (__mmask16)((1u << n) - 1), a);
}

#endif
