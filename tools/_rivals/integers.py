"""A trained network in whole numbers: the reference that boards are compared with, and its C."""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from training import HALF, Layer

HEADER = """#include "snn.h"
#define RIVAL_INPUTS 784
#define RIVAL_NEURONS 10
#define RIVAL_WORKSPACE_BYTES {workspace}
extern const snn_model rival_model;
"""
# The functions that main.c calls. The scores of a network go where a spiking one has its counts.
GLUE = """#include "rival.h"

const snn_model rival_model = {{.hash = {hash:#x}u}};

snn_status snn_init(snn_state *s, const snn_model *m, void *workspace, size_t size) {{
    s->model = m;
    s->workspace = workspace;
    return size >= {workspace} ? SNN_OK : SNN_SMALL_WORKSPACE;
}}

const char *snn_status_text(snn_status status) {{ return status ? "too small a workspace" : "ok"; }}

void snn_run(snn_state *s, const uint8_t *sample, snn_result *r) {{
    (void)s;
    r->steps = 0;
    r->input_spikes = r->saturations = 0;
    for (int k = 0; k < 10; k++) r->first_spikes[k] = 0;
{body}
}}
"""


@dataclass(frozen=True)
class IntegerLayer:
    """``layer`` with ``codes`` int (taps, maps) and ``bias`` int (maps,), which has half a unit of the next
    activations, so that a shift rounds."""

    layer: Layer
    codes: np.ndarray
    bias: np.ndarray

    @property
    def top(self) -> int:
        return 2**self.layer.bits - 1


def integers(layers: list[Layer], largest: int) -> list[IntegerLayer]:
    """Convert to integers; inputs are in 0..``largest``. Raise ``ValueError`` if a half may overflow."""
    found, incoming = [], 1.0
    for layer in layers:
        codes = layer.codes().astype(np.int64)
        half = 1 << layer.shift >> 1
        bias = np.rint(layer.b / (incoming * layer.unit)).astype(np.int64) + half
        highest = np.maximum(codes, 0).sum(0) * largest + np.maximum(bias, 0)
        lowest = np.maximum(-codes, 0).sum(0) * largest + np.maximum(-bias, 0)
        if max(highest.max(), lowest.max()) > HALF:
            raise ValueError(
                f"sums reach {highest.max()} and -{lowest.max()}: train again with another seed"
            )
        found.append(IntegerLayer(layer, codes, bias))
        incoming, largest = layer.step, 2**layer.bits - 1
    return found


def scores(net: list[IntegerLayer], values: np.ndarray) -> np.ndarray:
    """Return the sums of the last layer, int64 (n, classes), for inputs ``values`` (n, pixels)."""
    values = values.astype(np.int64)
    for k in net:
        sums = (values[:, k.layer.index] @ k.codes + k.bias).reshape(len(values), -1)
        values = np.clip(sums >> k.layer.shift, 0, k.top) if k.layer.bits else sums
    return values


def packed(values: np.ndarray) -> np.ndarray:
    """Pack uint32 (..., maps / 2): neurons 2p and 2p + 1 in the halves of word p."""
    return ((values[..., ::2] + (values[..., 1::2] << 16)) & 0xFFFFFFFF).astype(np.uint32)


def plain_tables(net: list[IntegerLayer]) -> str:
    """Write weights and biases as C for plain.h: [map][tap]."""
    texts = []
    for number, k in enumerate(net):
        weights, bias = (",".join(map(str, values.ravel())) for values in (k.codes.T, k.bias))
        texts.append(f"static const int8_t weights{number}[] = {{{weights}}};")
        texts.append(f"static const int32_t bias{number}[] = {{{bias}}};")
    return "\n".join(texts)


def tables(net: list[IntegerLayer]) -> str:
    """Write weights and biases as C for layer.h: [tap][pair]."""
    texts = []
    for number, k in enumerate(net):
        for name, values in (("weights", k.codes), ("bias", k.bias)):
            words = ",".join(f"{word:#x}u" for word in packed(values).ravel())
            texts.append(f"static const uint32_t {name}{number}[] = {{{words}}};")
    return "\n".join(texts)


def sources(head: str, body: str, workspace: int) -> tuple[dict[str, str], int]:
    """Return C files for the firmware, and the hash that it reports. ``body``: of snn_run."""
    digest = int.from_bytes(blake2b((head + body).encode(), digest_size=8).digest(), "big")
    glue = GLUE.format(hash=digest, workspace=workspace, body=body)
    return {
        "rival.h": HEADER.format(workspace=workspace),
        "rival.c": f"{head}\n{glue}",
    }, digest
