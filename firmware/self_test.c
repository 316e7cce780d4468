/* self_test.c: see self_test.h. Answers are compared by the CRC-32 of all their fields, which
 * snnedge/boards/firmware/self_test.py computes on the host. */
#include "self_test.h"

#if SELF_TEST_COUNT

#include "crc.h"
#include "hal.h"
#include "firmware_model.h"

static uint32_t answer_crc(const snn_result *r) {
    const uint32_t counts[] = {r->steps, r->input_spikes, r->saturations};
    uint32_t crc = crc_add(CRC_START, &r->label, sizeof r->label);
    crc = crc_add(crc, counts, sizeof counts);
    crc = crc_add(crc, r->spike_counts, MODEL_NEURONS * sizeof *r->spike_counts);
    return ~crc_add(crc, r->first_spikes, MODEL_NEURONS * sizeof *r->first_spikes);
}

uint32_t self_test(snn_state *state, snn_result *result, uint32_t *ticks) {
    uint32_t whole = 0, rest = 0; /* of the quotient, as the sum of all ticks may pass 2^32 */
    for (uint32_t k = 0; k < SELF_TEST_COUNT; k++) {
        const uint32_t start = hal_ticks();
        snn_run(state, self_test_samples[k], result);
        const uint32_t taken = hal_ticks() - start;
        whole += taken / SELF_TEST_COUNT;
        rest += taken % SELF_TEST_COUNT;
        if (answer_crc(result) != self_test_crcs[k]) return k + 1;
    }
    *ticks = whole + rest / SELF_TEST_COUNT;
    return 0;
}

#endif
