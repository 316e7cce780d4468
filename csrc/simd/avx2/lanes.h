/* SPDX-License-Identifier: Apache-2.0 */
/* lanes.h for AVX2. ../simd.h documents the names. */
#ifndef SNN_LANES_H
#define SNN_LANES_H

#include <immintrin.h>
#include <stdint.h>

#define LANES16 16
#define LANES32 8

typedef __m256i i16v;
typedef __m256i i32v;
typedef __m256i m16;
typedef __m256i m32;

static inline i16v i16_load(const void *p) { return _mm256_loadu_si256(p); }
static inline void i16_store(void *p, i16v a) { _mm256_storeu_si256(p, a); }
static inline i16v i16_set(int16_t x) { return _mm256_set1_epi16(x); }
static inline i16v i16_add(i16v a, i16v b) { return _mm256_add_epi16(a, b); }
static inline i16v i16_adds(i16v a, i16v b) { return _mm256_adds_epi16(a, b); }
static inline i16v i16_sub(i16v a, i16v b) { return _mm256_sub_epi16(a, b); }
static inline i16v i16_q15(i16v a, i16v b) { return _mm256_mulhrs_epi16(a, b); }
#define u16_shr(a, n) _mm256_srli_epi16(a, n)
#define i16_shl(a, n) _mm256_slli_epi16(a, n)
static inline i16v u8_add(i16v a, i16v b) { return _mm256_add_epi8(a, b); }
static inline i16v u8_sub(i16v a, i16v b) { return _mm256_sub_epi8(a, b); }
static inline i16v i16_and(i16v a, i16v b) { return _mm256_and_si256(a, b); }
static inline void i16_zip(i16v even, i16v odd, i16v *first, i16v *second) {
    __m256i a = _mm256_unpacklo_epi16(even, odd), b = _mm256_unpackhi_epi16(even, odd);
    *first = _mm256_permute2x128_si256(a, b, 0x20);
    *second = _mm256_permute2x128_si256(a, b, 0x31);
}
static inline i16v i16_mul(i16v a, i16v b) { return _mm256_mullo_epi16(a, b); }
static inline i16v u15_mul(i16v a, i16v b) { return _mm256_mulhi_epu16(a, _mm256_add_epi16(b, b)); }
static inline i16v i16_min(i16v a, i16v b) { return _mm256_min_epi16(a, b); }
static inline i16v i16_max(i16v a, i16v b) { return _mm256_max_epi16(a, b); }
static inline i16v u16_max(i16v a, i16v b) { return _mm256_max_epu16(a, b); }
static inline m16 i16_gt(i16v a, i16v b) { return _mm256_cmpgt_epi16(a, b); }
static inline m16 i16_eq(i16v a, i16v b) { return _mm256_cmpeq_epi16(a, b); }
static inline m16 u16_lt(i16v a, i16v b) { /* not b <= a */
    return _mm256_xor_si256(_mm256_cmpeq_epi16(_mm256_max_epu16(a, b), a), _mm256_set1_epi16(-1));
}
static inline i16v i16_select(m16 m, i16v a, i16v b) { return _mm256_blendv_epi8(b, a, m); }
static inline m16 m16_or(m16 a, m16 b) { return _mm256_or_si256(a, b); }
static inline int m16_any(m16 m) { return !_mm256_testz_si256(m, m); }
static inline uint32_t m16_bits(m16 m) {
    __m256i bytes = _mm256_permute4x64_epi64(_mm256_packs_epi16(m, _mm256_setzero_si256()), 0xD8);
    return (uint32_t)_mm256_movemask_epi8(bytes);
}
static inline i16v u16_from_bytes(const uint8_t *p) {
    return _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(const void *)p));
}
static inline i16v u16_from_nibbles(const uint8_t *p) {
    __m128i b = _mm_cvtepu8_epi16(_mm_loadl_epi64((const __m128i *)(const void *)p));
    return _mm256_cvtepu8_epi16(
        _mm_and_si128(_mm_or_si128(b, _mm_slli_epi16(b, 4)), _mm_set1_epi16(0x0F0F)));
}
static inline uint32_t u16_least_of_8(__m128i a) {
    uint32_t found = (uint32_t)_mm_cvtsi128_si32(_mm_minpos_epu16(a));
    return found << 16 | found >> 16;
}
static inline uint32_t u16_least(i16v a) {
    uint32_t low = u16_least_of_8(_mm256_castsi256_si128(a));
    uint32_t high = u16_least_of_8(_mm256_extracti128_si256(a, 1)) + 8;
    return low < high ? low : high;
}

static inline i32v i32_load(const void *p) { return _mm256_loadu_si256(p); }
static inline void i32_store(void *p, i32v a) { _mm256_storeu_si256(p, a); }
static inline i32v i32_set(int32_t x) { return _mm256_set1_epi32(x); }
static inline i32v i32_add(i32v a, i32v b) { return _mm256_add_epi32(a, b); }
static inline i32v i32_sub(i32v a, i32v b) { return _mm256_sub_epi32(a, b); }
static inline i32v i32_mul(i32v a, i32v b) { return _mm256_mullo_epi32(a, b); }
static inline i32v i32_xor(i32v a, i32v b) { return _mm256_xor_si256(a, b); }
static inline i32v i32_min(i32v a, i32v b) { return _mm256_min_epi32(a, b); }
static inline i32v i32_max(i32v a, i32v b) { return _mm256_max_epi32(a, b); }
#define u32_shr(a, n) _mm256_srli_epi32(a, n)
static inline m32 i32_gt(i32v a, i32v b) { return _mm256_cmpgt_epi32(a, b); }
static inline uint32_t m32_bits(m32 m) { return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(m)); }
static inline i32v u32_from16(const void *p) {
    return _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)p));
}
static inline i32v u32_from_bytes(const uint8_t *p) {
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)p));
}
static inline i16v i16_join(i32v low, i32v high) {
    __m256i mask = _mm256_set1_epi32(0xFFFF);
    __m256i both = _mm256_packus_epi32(_mm256_and_si256(low, mask), _mm256_and_si256(high, mask));
    return _mm256_permute4x64_epi64(both, 0xD8);
}
static inline i16v i16_join_high(i32v low, i32v high) {
    __m256i both = _mm256_packs_epi32(_mm256_srai_epi32(low, 16), _mm256_srai_epi32(high, 16));
    return _mm256_permute4x64_epi64(both, 0xD8);
}

#endif
