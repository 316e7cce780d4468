/* self_test.h: compare the answers of this board with those of the host, for firmware that was built with
 * self-test samples: self_test_samples.h and .c, written by snnedge. */
#ifndef SELF_TEST_H
#define SELF_TEST_H

#include "self_test_samples.h"
#include "snn.h"

/* Run all self-test samples. `result` has room for counts and first spikes. Returns 0 when all answers are
 * the host's, and sets `ticks` to the mean per inference. Else returns the first sample, from 1, that
 * differs. */
uint32_t self_test(snn_state *state, snn_result *result, uint32_t *ticks);

#endif
