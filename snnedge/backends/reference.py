"""`reference`: the numpy reference of the integer model."""

import numpy as np

from ..model.integer_model import IntegerModel
from ..model.outcome import Outcome
from ..simulator import reference

INTEGER = True
ARGUMENT = False


class Reference:
    """The numpy reference of ``model``."""

    def __init__(self, model: IntegerModel) -> None:
        self.model = model

    def run(self, images: np.ndarray) -> Outcome:
        """Answer uint8 ``images`` (n, *shape)."""
        return reference.run(self.model, images)


def open(model: IntegerModel, argument: str | None = None) -> Reference:
    """Open the numpy reference; it takes no argument."""
    return Reference(model)
