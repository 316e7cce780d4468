/* SPDX-License-Identifier: Apache-2.0 */
/* add.h: add rows of codes to sums. A template: weights/sums_16.h or sums_32.h comes before it. */

/* Add lanes of `width` bits, each less `less`. */
static inline void SNN_SIZED(snn_add_lanes)(SNN_SUM *sum, uint32_t targets, snn_lanes add, uint32_t width,
                                            SNN_MODULAR less) {
    uint32_t lane = ((uint32_t)1 << width) - 1u;
    for (SNN_SUM *end = sum + (targets & ~1u); sum != end; sum += 2) {
        sum[0] = (SNN_SUM)((SNN_MODULAR)sum[0] + (add.even & lane) - less);
        sum[1] = (SNN_SUM)((SNN_MODULAR)sum[1] + (add.odd & lane) - less);
        add.even >>= width;
        add.odd >>= width;
    }
    if (targets & 1) sum[0] = (SNN_SUM)((SNN_MODULAR)sum[0] + (add.even & lane) - less);
}

/* Add the rows of at most SNN_ROWS_PER_PASS sources; `less` is the sum of their zero points. */
static SNN_NOINLINE void SNN_SIZED(snn_add_pass)(SNN_SUM *sum, const snn_projection *p, uint32_t row,
                                                 uint32_t targets, const uint16_t *source,
                                                 const uint16_t *end, SNN_MODULAR less) {
    const SNN_FLASH uint8_t *column = p->weights;
    uint8_t bits = p->bits;
    uint32_t width = bits == 8 ? 16 : 8, codes = bits == 8 ? 4 : 8;
    if (bits == 4 && ((uintptr_t)column | row) % 4 == 0)
        for (; targets > 8; column += 8, sum += 16) {
            snn_lanes add[2];
            uint32_t second = targets < 16 ? targets - 8 : 8;
            snn_gather_pairs(column, row, source, end, add);
            SNN_SIZED(snn_add_lanes)(sum, 8, add[0], 8, less);
            SNN_SIZED(snn_add_lanes)(sum + 8, second, add[1], 8, less);
            targets -= 8 + second;
        }
    for (; targets; column += bits == 1 ? 1 : 4, sum += codes) {
        uint32_t n = targets < codes ? targets : codes;
        SNN_SIZED(snn_add_lanes)(sum, n,
                                 bits == 1 ? snn_gather_bits(column, row, source, end)
                                           : snn_gather_words(column, row, source, end, bits),
                                 width, less);
        targets -= n;
    }
}

/* Add the rows of `count` sources. */
static inline void SNN_SIZED(snn_add_rows)(SNN_SUM *sum, const snn_projection *p, uint32_t row,
                                           uint16_t targets, const uint16_t *sources, uint16_t count,
                                           int32_t zero_point) {
    for (uint32_t n; count; count = (uint16_t)(count - n), sources += n) {
        n = count < SNN_ROWS_PER_PASS ? count : SNN_ROWS_PER_PASS;
        SNN_SIZED(snn_add_pass)(sum, p, row, targets, sources, sources + n,
                                (SNN_MODULAR)((uint32_t)zero_point * n));
    }
}
