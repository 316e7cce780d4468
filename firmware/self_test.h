/* self_test.h: do golden samples give the host's answers on this board? For firmware that was built with
 * them: golden.h and golden.c, written by snnedge. */
#ifndef SELF_TEST_H
#define SELF_TEST_H

#include "golden.h"
#include "snn.h"

/* Run all golden samples; `result` has room for counts and first spikes. Returns 0 when all answers are the
 * host's, and sets `ticks` to their mean per inference; else the first sample, from 1, that differs. */
uint32_t self_test(snn_state *state, snn_result *result, uint32_t *ticks);

#endif
