"""`host`: the compiled core on this machine, through pybind11; `host:LEVEL`: one of its SIMD levels."""

from ..model.integer_model import IntegerModel
from ..runtime.runtime import Runtime

INTEGER = True
ARGUMENT = True


def open(model: IntegerModel, argument: str | None = None) -> Runtime:
    """Open the runtime; ``argument``: a SIMD level, one of ``snnedge.simd_levels()``."""
    return Runtime(model, argument)
