/* SPDX-License-Identifier: Apache-2.0 */
/* sums_16.h: types and names for a template of int16 sums that is included next. Included several times.
 * Sums are taken modulo 2^16: the proved range holds for the total. */
#undef SNN_SUM
#undef SNN_MODULAR
#undef SNN_SIZED
#define SNN_SUM int16_t
#define SNN_MODULAR uint16_t
#define SNN_SIZED(name) name##_16
