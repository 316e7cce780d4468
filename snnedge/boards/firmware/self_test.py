"""Self-test samples: what a board runs at boot, with checksums of the host's answers."""

import zlib

import numpy as np

from ...model.outcome import Outcome

HEADER, TABLES = "self_test_samples.h", "self_test_samples.c"
NO_SELF_TEST = {HEADER: "/* No self-test. */\n#define SELF_TEST_COUNT 0\n"}
NUMBERS_PER_LINE = 20


def self_test_sources(images: np.ndarray, expected: Outcome) -> dict[str, str]:
    """Return uint8 ``images`` (n, ...) and the CRCs of the host's answers as C: name -> text."""
    samples = images.reshape(len(images), -1)
    rows = ",\n".join(f"    {{{_numbers(sample)}}}" for sample in samples)
    crcs = _numbers(np.array([answer_crc(expected, k) for k in range(len(samples))]), "u")
    return {
        HEADER: f"""/* Written by snnedge: samples of a self-test, and CRCs of the host's answers. */
#include <stdint.h>

#define SELF_TEST_COUNT {len(samples)}
extern const uint8_t self_test_samples[SELF_TEST_COUNT][{samples.shape[1]}];
extern const uint32_t self_test_crcs[SELF_TEST_COUNT];
""",
        TABLES: f"""/* Written by snnedge. */
#include "{HEADER}"

const uint8_t self_test_samples[SELF_TEST_COUNT][{samples.shape[1]}] = {{
{rows}}};

const uint32_t self_test_crcs[SELF_TEST_COUNT] = {{
    {crcs}}};
""",
    }


def answer_crc(outcome: Outcome, k: int) -> int:
    """Return the CRC-32 of the answer to sample ``k``, field by field as in firmware/self_test.c."""
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
