"""snnedge: spiking neural networks, trained in Brian2, in fixed point on servers and microcontrollers.

Each command of the command line is a function of ``snnedge.api`` that returns a frozen result. The names
are the same, except that ``snnedge run`` is ``api.emulate`` and ``snnedge data`` is ``api.data_set``:

    from snnedge import api

    api.train("digits", "digits.pkl", constants={"neurons": 100})  # Brian2
    api.export("digits.pkl", "digits", bits=4)                     # a folder of C99
    assert api.verify("digits").ok                                 # bit for bit
    print(api.evaluate("digits").accuracy)

A trained model answers images, uint8 (n, height, width), on this machine:

    import snnedge

    model = snnedge.load("digits")  # a folder, a model.safetensors, or zoo:NAME
    labels = model.predict(images)  # int16 (n,), -1 = undecided

``help(snnedge.api)`` lists the functions. ``simd_levels()`` names the SIMD levels of this processor,
``simd_level()`` the one that runs.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import api
    from .runtime.runtime import Runtime, kernel, kernels, load, simd_level, simd_levels

__all__ = ["Runtime", "api", "kernel", "kernels", "load", "simd_level", "simd_levels"]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    """Import the API and the runtime on first use: ``snnedge --help`` does not wait for numpy."""
    if name == "api":
        return importlib.import_module(".api", __name__)
    if name in __all__:
        return getattr(importlib.import_module(".runtime.runtime", __name__), name)
    if name == "__version__":
        from importlib.metadata import version

        return version("snnedge")
    raise AttributeError(f"module 'snnedge' has no attribute {name!r}")
