/* self_test.h: run one sample through @NAME@ and compare with the answer of the machine that exported it. */
#ifndef SELF_TEST_H
#define SELF_TEST_H

#include "@NAME@.h"

/* Return "PASS" with the model's hash when all spikes are the same, else "FAIL". */
static const char *self_test(void) {
    static uint32_t workspace[@UPPER@_WORKSPACE_BYTES / 4];
    static uint8_t sample[@UPPER@_INPUTS];
    static uint16_t counts[@UPPER@_NEURONS], first[@UPPER@_NEURONS];
    snn_state state;
    snn_result result;
    result.spike_counts = counts;
    result.first_spikes = first;
    for (uint32_t k = 0; k < sizeof sample; k++) sample[k] = (uint8_t)(@FACTOR@u * k);
    if (snn_init(&state, &@NAME@_model, workspace, sizeof workspace) != SNN_OK) return "FAIL";
    snn_run(&state, sample, &result);
    uint32_t checksum = 31u * (31u * (uint16_t)result.label + result.steps) + result.input_spikes;
    checksum = 31u * checksum + result.saturations;
    for (uint32_t j = 0; j < @UPPER@_NEURONS; j++) checksum = 31u * (31u * checksum + counts[j]) + first[j];
    return checksum == @CHECKSUM@u ? "PASS @HASH@" : "FAIL";
}

#endif
