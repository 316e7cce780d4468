"""`host`: the compiled core on this machine, through pybind11; `host:LEVEL`: one level of its kernel."""

from ..model.integer_model import IntegerModel
from ..runtime.runtime import Runtime

INTEGER = True
ARGUMENT = True


def open(model: IntegerModel, argument: str | None = None) -> Runtime:
    """The runtime; ``argument``: a level of the kernel, one of ``snnedge.kernels()``."""
    return Runtime(model, argument)
