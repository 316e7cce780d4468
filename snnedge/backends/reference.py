"""`reference`: the numpy golden model."""

import numpy as np

from ..model.integer_model import IntegerModel
from ..model.outcome import Outcome
from ..simulator import reference

INTEGER = True
ARGUMENT = False


class Reference:
    def __init__(self, model: IntegerModel) -> None:
        self.model = model

    def run(self, images: np.ndarray) -> Outcome:
        """Answers for uint8 ``images`` (n, *shape)."""
        return reference.run(self.model, images)


def open(model: IntegerModel, argument: str | None = None) -> Reference:
    """The numpy reference; it takes no argument."""
    return Reference(model)
