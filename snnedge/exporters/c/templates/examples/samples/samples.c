/* Read samples of @NAME@ (raw gray values, one byte each) from standard input; print the label, the steps and
 * the input spikes of each. */
#include <stdio.h>

#include "@NAME@.h"

static uint32_t workspace[@UPPER@_WORKSPACE_BYTES / 4];
static uint8_t sample[@UPPER@_INPUTS];

int main(void) {
    snn_state state;
    snn_result result = {0};
    snn_status status = snn_init(&state, &@NAME@_model, workspace, sizeof workspace);
    if (status != SNN_OK) {
        fprintf(stderr, "%s\n", snn_status_text(status));
        return 1;
    }
    while (fread(sample, 1, sizeof sample, stdin) == sizeof sample) {
        snn_run(&state, sample, &result);
        printf("%d %u %lu\n", result.label, (unsigned)result.steps, (unsigned long)result.input_spikes);
    }
    return 0;
}
