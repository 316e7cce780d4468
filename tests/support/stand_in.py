"""A stand-in for a model: known answers, known length, in a few lines of C."""

import re

import numpy as np

from snnedge.support.resources import folder as resource

INPUTS, NEURONS, STEPS, HASH = 5, 3, 7, 0x0123456789ABCDEF
ROUNDS = 1000  # iterations of the stand-in's loop for each unit of its first input

MODEL_H = f"""
#include "snn.h"
#define STAND_IN_INPUTS {INPUTS}
#define STAND_IN_NEURONS {NEURONS}
#define STAND_IN_WORKSPACE_BYTES 8
extern const snn_model stand_in_model;
"""

# 2 instructions per round; a subtraction and a taken branch.
MODEL_C = f"""
#include "../stand_in.h"
const snn_model stand_in_model = {{.hash = {HASH:#x}u, .steps = {STEPS}}};
snn_status snn_init(snn_state *s, const snn_model *m, void *workspace, size_t size) {{
    s->model = m;
    s->workspace = workspace;
    return size == 8 ? SNN_OK : SNN_SMALL_WORKSPACE;
}}
const char *snn_status_text(snn_status status) {{ return status ? "bad" : "ok"; }}
void snn_run(snn_state *s, const uint8_t *sample, snn_result *r) {{
    uint32_t rounds = {ROUNDS}u * (1u + sample[0]);
    __asm__ volatile(".syntax unified\\n1: subs %0, #1\\n bne 1b" : "+l"(rounds) : : "cc");
    r->label = (int16_t)(sample[1] - 1);
    r->steps = s->model->steps;
    r->input_spikes = 65537u * sample[2];
    r->saturations = 65539u * sample[3];
    for (uint16_t j = 0; j < {NEURONS}; ++j) {{
        r->spike_counts[j] = (uint16_t)(sample[4] * 257u + j);
        r->first_spikes[j] = j ? UINT16_MAX : sample[4];
    }}
}}
"""

ANY_CORE = re.sub(r"    .*rounds.*\n", "", MODEL_C)  # without the loop, which is Arm's


def stand_in(header: str = MODEL_H, code: str = MODEL_C, **more: str) -> dict[str, str]:
    api = (resource("csrc") / "snn.h").read_text()
    return {"snn.h": api, "stand_in.h": header, "stand_in_private/stand_in.c": code} | more


def samples(count: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (count, INPUTS), np.uint8)
