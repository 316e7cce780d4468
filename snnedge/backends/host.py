"""`host`: the compiled core on this machine, through pybind11."""

from ..integer_model import IntegerModel
from ..runtime import Runtime

INTEGER = True
ARGUMENT = False


def open(model: IntegerModel, argument: str | None = None) -> Runtime:
    """The runtime; it takes no argument."""
    return Runtime(model)
