"""Golden samples: what a board with a self-test runs at boot, and the host's answers as sums."""

import zlib

import numpy as np

from ...model.outcome import Outcome

NONE = {"golden.h": "/* No self-test. */\n#define GOLDEN_SAMPLES 0\n"}
NUMBERS_PER_LINE = 20


def golden_sources(images: np.ndarray, expected: Outcome) -> dict[str, str]:
    """golden.h and golden.c, name -> text, of uint8 ``images`` (n, ...) and the host's answers to them."""
    samples = images.reshape(len(images), -1)
    rows = ",\n".join(f"    {{{_numbers(sample)}}}" for sample in samples)
    sums = _numbers(np.array([answer_sum(expected, k) for k in range(len(samples))]), "u")
    return {
        "golden.h": f"""/* Written by snnedge: samples of a self-test, and sums of the host's answers. */
#include <stdint.h>

#define GOLDEN_SAMPLES {len(samples)}
extern const uint8_t golden_samples[GOLDEN_SAMPLES][{samples.shape[1]}];
extern const uint32_t golden_sums[GOLDEN_SAMPLES];
""",
        "golden.c": f"""/* Written by snnedge. */
#include "golden.h"

const uint8_t golden_samples[GOLDEN_SAMPLES][{samples.shape[1]}] = {{
{rows}}};

const uint32_t golden_sums[GOLDEN_SAMPLES] = {{
    {sums}}};
""",
    }


def answer_sum(outcome: Outcome, k: int) -> int:
    """CRC-32 of the answer to sample ``k``, field by field as in firmware/self_test.c."""
    counts = (outcome.steps[k], outcome.input_spikes[k], outcome.saturations[k])
    fields = (
        outcome.labels[k].astype("<i2"),
        np.array(counts, "<u4"),
        outcome.spike_counts[k].astype("<u2"),
        outcome.first_spikes[k].astype("<u2"),
    )
    return zlib.crc32(b"".join(field.tobytes() for field in fields))


def _numbers(values: np.ndarray, suffix: str = "") -> str:
    texts = [f"{int(value)}{suffix}" for value in values]
    lines = [texts[k : k + NUMBERS_PER_LINE] for k in range(0, len(texts), NUMBERS_PER_LINE)]
    return ",\n     ".join(",".join(line) for line in lines)
