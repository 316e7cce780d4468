/* self_test.c: see self_test.h. An answer is compared by the CRC-32 of all of it; snnedge/targets/golden.py
 * has it too. */
#include "self_test.h"

#if GOLDEN_SAMPLES

#include "crc.h"
#include "model.h"

static uint32_t sum(const snn_result *r) {
    const uint32_t counts[] = {r->steps, r->input_spikes, r->saturations};
    uint32_t crc = crc_add(CRC_START, &r->label, sizeof r->label);
    crc = crc_add(crc, counts, sizeof counts);
    crc = crc_add(crc, r->spike_counts, SNN_MODEL_NEURONS * sizeof *r->spike_counts);
    return ~crc_add(crc, r->first_spikes, SNN_MODEL_NEURONS * sizeof *r->first_spikes);
}

uint32_t self_test(snn_state *state, snn_result *result) {
    for (uint32_t k = 0; k < GOLDEN_SAMPLES; k++) {
        snn_run(state, golden_samples[k], result);
        if (sum(result) != golden_sums[k]) return k + 1;
    }
    return 0;
}

#endif
