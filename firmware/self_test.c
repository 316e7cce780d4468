/* self_test.c: see self_test.h. An answer is compared by the CRC-32 of all of it; snnedge/targets/golden.py
 * has it too. */
#include "self_test.h"

#if GOLDEN_SAMPLES

#include "crc.h"
#include "hal.h"
#include "model.h"

static uint32_t sum(const snn_result *r) {
    const uint32_t counts[] = {r->steps, r->input_spikes, r->saturations};
    uint32_t crc = crc_add(CRC_START, &r->label, sizeof r->label);
    crc = crc_add(crc, counts, sizeof counts);
    crc = crc_add(crc, r->spike_counts, SNN_MODEL_NEURONS * sizeof *r->spike_counts);
    return ~crc_add(crc, r->first_spikes, SNN_MODEL_NEURONS * sizeof *r->first_spikes);
}

uint32_t self_test(snn_state *state, snn_result *result, uint32_t *ticks) {
    uint32_t whole = 0, rest = 0; /* the sum, divided, as it may pass 2^32 */
    for (uint32_t k = 0; k < GOLDEN_SAMPLES; k++) {
        const uint32_t start = hal_ticks();
        snn_run(state, golden_samples[k], result);
        const uint32_t taken = hal_ticks() - start;
        whole += taken / GOLDEN_SAMPLES;
        rest += taken % GOLDEN_SAMPLES;
        if (sum(result) != golden_sums[k]) return k + 1;
    }
    *ticks = whole + rest / GOLDEN_SAMPLES;
    return 0;
}

#endif
