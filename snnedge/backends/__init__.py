"""Back ends by name: everything that can answer samples, each a file in ``backends/``.

A back-end module has ``INTEGER``: True if it runs the ``IntegerModel``, equal to the reference to the bit,
False for the float ``Network``. With ``ARGUMENT`` it takes the text after the colon of ``board:microbit``.
``open(source, argument)`` returns a ``Backend``.
"""

from typing import Protocol

import numpy as np

from ..errors import InputError
from ..model.integer_model import IntegerModel
from ..model.network import Network
from ..model.outcome import Outcome
from ..support import plugins


class Backend(Protocol):
    """A program that answers samples."""

    def run(self, images: np.ndarray) -> Outcome:
        """Answer uint8 ``images`` (n, *shape)."""
        ...


def runs_integers(name: str) -> bool:
    """Return whether the back end ``name`` runs the integer model. Raises ``UnknownName``."""
    return bool(plugins.load("backends", name.partition(":")[0]).INTEGER)


def open_backend(name: str, model: IntegerModel, network: Network | None = None) -> Backend:
    """Open the back end ``name`` ("host", "board:microbit", ...). Raises ``InputError``."""
    stem, _, argument = name.partition(":")
    module = plugins.load("backends", stem)
    if argument and not module.ARGUMENT:
        raise InputError(f"--backend {name}: {stem} takes no argument")
    if module.INTEGER:
        source: IntegerModel | Network | None = model
    else:
        source = network
    if source is None:
        raise InputError(
            f"--backend {name} runs the float network: give a model.pkl as MODEL or by --float"
        )
    backend: Backend = module.open(source, argument or None)
    return backend
