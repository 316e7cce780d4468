/* SPDX-License-Identifier: Apache-2.0 */
/* lanes.h for NEON (AArch64). ../simd.h documents the names. */
#ifndef SNN_LANES_H
#define SNN_LANES_H

#include <arm_neon.h>
#include <stdint.h>
#include <string.h>

#define LANES16 8
#define LANES32 4

typedef int16x8_t i16v;
typedef int32x4_t i32v;
typedef uint16x8_t m16;
typedef uint32x4_t m32;

static inline i16v i16_load(const void *p) { return vld1q_s16(p); }
static inline void i16_store(void *p, i16v a) { vst1q_s16(p, a); }
static inline i16v i16_set(int16_t x) { return vdupq_n_s16(x); }
static inline i16v i16_add(i16v a, i16v b) { return vaddq_s16(a, b); }
static inline i16v i16_adds(i16v a, i16v b) { return vqaddq_s16(a, b); }
static inline i16v i16_sub(i16v a, i16v b) { return vsubq_s16(a, b); }
static inline i16v i16_q15(i16v a, i16v b) { return vqrdmulhq_s16(a, b); }
#define u16_shr(a, n) vreinterpretq_s16_u16(vshrq_n_u16(vreinterpretq_u16_s16(a), n))
#define i16_shl(a, n) vshlq_n_s16(a, n)
static inline i16v u8_add(i16v a, i16v b) {
    return vreinterpretq_s16_u8(vaddq_u8(vreinterpretq_u8_s16(a), vreinterpretq_u8_s16(b)));
}
static inline i16v u8_sub(i16v a, i16v b) {
    return vreinterpretq_s16_u8(vsubq_u8(vreinterpretq_u8_s16(a), vreinterpretq_u8_s16(b)));
}
static inline i16v i16_and(i16v a, i16v b) { return vandq_s16(a, b); }
static inline void i16_zip(i16v even, i16v odd, i16v *first, i16v *second) {
    *first = vzip1q_s16(even, odd);
    *second = vzip2q_s16(even, odd);
}
static inline i16v i16_mul(i16v a, i16v b) { return vmulq_s16(a, b); }
static inline i16v u15_mul(i16v a, i16v b) { return vqdmulhq_s16(a, b); }
static inline i16v i16_min(i16v a, i16v b) { return vminq_s16(a, b); }
static inline i16v i16_max(i16v a, i16v b) { return vmaxq_s16(a, b); }
static inline i16v u16_max(i16v a, i16v b) {
    return vreinterpretq_s16_u16(vmaxq_u16(vreinterpretq_u16_s16(a), vreinterpretq_u16_s16(b)));
}
static inline m16 i16_gt(i16v a, i16v b) { return vcgtq_s16(a, b); }
static inline m16 i16_eq(i16v a, i16v b) { return vceqq_s16(a, b); }
static inline m16 u16_lt(i16v a, i16v b) {
    return vcltq_u16(vreinterpretq_u16_s16(a), vreinterpretq_u16_s16(b));
}
static inline i16v i16_select(m16 m, i16v a, i16v b) { return vbslq_s16(m, a, b); }
static inline m16 m16_or(m16 a, m16 b) { return vorrq_u16(a, b); }
static inline int m16_any(m16 m) { return vmaxvq_u16(m) != 0; }
static inline uint32_t m16_bits(m16 m) {
    static const uint16_t place[LANES16] = {1, 2, 4, 8, 16, 32, 64, 128};
    return vaddvq_u16(vandq_u16(m, vld1q_u16(place)));
}
static inline i16v u16_from_bytes(const uint8_t *p) { return vreinterpretq_s16_u16(vmovl_u8(vld1_u8(p))); }
static inline i16v u16_from_nibbles(const uint8_t *p) {
    uint32_t four;
    memcpy(&four, p, sizeof four);
    uint8x8_t b = vcreate_u8(four), low = vand_u8(b, vdup_n_u8(15)), high = vshr_n_u8(b, 4);
    return vreinterpretq_s16_u16(vmovl_u8(vzip1_u8(low, high)));
}
static inline uint32_t u16_least(i16v a) {
    static const uint16_t number[LANES16] = {0, 1, 2, 3, 4, 5, 6, 7};
    uint16_t least = vminvq_u16(vreinterpretq_u16_s16(a));
    uint16x8_t here = vceqq_u16(vreinterpretq_u16_s16(a), vdupq_n_u16(least));
    return (uint32_t)least << 16 | vminvq_u16(vornq_u16(vld1q_u16(number), here));
}

static inline i32v i32_load(const void *p) { return vld1q_s32(p); }
static inline void i32_store(void *p, i32v a) { vst1q_s32(p, a); }
static inline i32v i32_set(int32_t x) { return vdupq_n_s32(x); }
static inline i32v i32_add(i32v a, i32v b) { return vaddq_s32(a, b); }
static inline i32v i32_sub(i32v a, i32v b) { return vsubq_s32(a, b); }
static inline i32v i32_mul(i32v a, i32v b) { return vmulq_s32(a, b); }
static inline i32v i32_xor(i32v a, i32v b) { return veorq_s32(a, b); }
static inline i32v i32_min(i32v a, i32v b) { return vminq_s32(a, b); }
static inline i32v i32_max(i32v a, i32v b) { return vmaxq_s32(a, b); }
#define u32_shr(a, n) vreinterpretq_s32_u32(vshrq_n_u32(vreinterpretq_u32_s32(a), n))
static inline m32 i32_gt(i32v a, i32v b) { return vcgtq_s32(a, b); }
static inline uint32_t m32_bits(m32 m) {
    static const uint32_t place[LANES32] = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(m, vld1q_u32(place)));
}
static inline i32v u32_from16(const void *p) { return vreinterpretq_s32_u32(vmovl_u16(vld1_u16(p))); }
static inline i32v u32_from_bytes(const uint8_t *p) {
    uint32_t four;
    memcpy(&four, p, sizeof four);
    return vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(vmovl_u8(vcreate_u8(four)))));
}
static inline i16v i16_join(i32v low, i32v high) { return vcombine_s16(vmovn_s32(low), vmovn_s32(high)); }
static inline i16v i16_join_high(i32v low, i32v high) {
    return vuzp2q_s16(vreinterpretq_s16_s32(low), vreinterpretq_s16_s32(high));
}

#endif
