/* self_test.h: run one sample through @NAME@ and compare with the answer of the machine that exported it. */
#ifndef SELF_TEST_H
#define SELF_TEST_H

#include "@NAME@.h"

/* Return the checksum `sum` with `number` added, in 32 bits on every machine. */
static uint32_t self_test_add(uint32_t sum, uint16_t number) { return (uint32_t)31 * sum + number; }

/* Return "PASS" with the model's hash when all spikes are the same, else "FAIL", with the
 * status of a model that is refused. */
static const char *self_test(void) {
    static uint32_t workspace[@UPPER@_WORKSPACE_BYTES / 4];
    static uint8_t sample[@UPPER@_INPUTS];
    static uint16_t counts[@UPPER@_NEURONS], first[@UPPER@_NEURONS];
    snn_state state;
    snn_result result;
    result.spike_counts = counts;
    result.first_spikes = first;
    for (uint32_t k = 0; k < sizeof sample; k++) sample[k] = (uint8_t)(@FACTOR@ * k);
#define SELF_TEST_REFUSAL(code, text) "FAIL: " text,
    static const char *const refusals[] = {SNN_STATUS_LIST(SELF_TEST_REFUSAL)};
#undef SELF_TEST_REFUSAL
    snn_status status = snn_init(&state, &@NAME@_model, workspace, sizeof workspace);
    if (status != SNN_OK) return refusals[status];
    snn_run(&state, sample, &result);
    uint32_t checksum = self_test_add((uint16_t)result.label, result.steps);
    checksum = (uint32_t)31 * checksum + result.input_spikes;
    checksum = (uint32_t)31 * checksum + result.saturations;
    for (uint32_t j = 0; j < @UPPER@_NEURONS; j++)
        checksum = self_test_add(self_test_add(checksum, counts[j]), first[j]);
    return checksum == @CHECKSUM@u ? "PASS @HASH@" : "FAIL";
}

#endif
