"""The peer from PyPI: the same perceptron as C by emlearn, which writes networks in single precision.

emlearn 0.23 has no networks of 8 bits, those in fixed point are not there yet (`eml_net_fixedpoint.h`:
"FIXME: implement"), and "inline" stops with a ValueError; so it is "loadable". Softmax is left out: the
largest score needs none.
"""

from importlib import metadata
from pathlib import Path

import numpy as np
from integers import IntegerLayer, sources
from nets import Rival, grays

# Firmware has no C library: what emlearn's headers name, though nothing that is executed needs it.
HEADERS = {
    "math.h": """#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
#define fabsf __builtin_fabsf
float expf(float), tanhf(float), logf(float);
""",
    "stdio.h": "#include <stddef.h>\n",
    "stdlib.h": "#include <stddef.h>\n",
}
UNUSED = "".join(f"float {name}(float x) {{ return x; }}\n" for name in ("expf", "tanhf", "logf"))
BODY = """    static float features[784];
    for (int k = 0; k < 784; k++) features[k] = (float)(sample[k] >> 4);
    for (int k = 0; k < 10; k++) r->spike_counts[k] = 0;
    r->label = (int16_t)perceptron_predict(features, 784);"""


def perceptron(net: list[IntegerLayer]) -> Rival:
    """Convert ``net``, of two layers, to floats; inputs are 0..15."""
    import emlearn
    from emlearn.net import c_generate_net_loadable

    hidden, last = ((k.codes * k.layer.unit, k.layer.b) for k in net)
    weights, biases = zip(hidden, last, strict=True)
    code = c_generate_net_loadable(["relu", "identity"], weights, biases, "perceptron")
    files, digest = sources(UNUSED + code, BODY, 4)
    own = Path(emlearn.__file__).parent
    files |= {name: (own / name).read_text() for name in ("eml_common.h", "eml_net.h", "eml_net_common.h")}
    files |= {"eml_log.h": (own / "eml_log.h").read_text(), **HEADERS}

    def answer(images: np.ndarray) -> tuple[np.ndarray, None]:
        values = grays(images).astype(np.float32)
        for weights, bias in (hidden, last):
            values = np.maximum(values, 0) @ weights.astype(np.float32) + bias
        return values.argmax(1), None

    def operations(images: np.ndarray) -> float:
        return float(sum(k.codes.size for k in net))

    title = f"float MLP, emlearn {metadata.version('emlearn')}"
    return Rival(title, sum(k.codes.size for k in net), answer, files, digest, operations)
