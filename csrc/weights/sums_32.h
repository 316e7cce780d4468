/* SPDX-License-Identifier: Apache-2.0 */
/* sums_32.h: as sums_16.h, for int32 sums, modulo 2^32. */
#undef SNN_SUM
#undef SNN_MODULAR
#undef SNN_SIZED
#define SNN_SUM int32_t
#define SNN_MODULAR uint32_t
#define SNN_SIZED(name) name##_32
