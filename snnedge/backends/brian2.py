"""`brian2`: the trained network in Brian2, run by the recipe that trains such networks.

A recipe that can do this has ``supports(network) -> bool`` and ``replay(network, images) -> Outcome``.
"""

from types import ModuleType

import numpy as np

from ..errors import InputError
from ..model.network import Network, kind_names
from ..model.outcome import Outcome
from ..support import plugins

INTEGER = False
ARGUMENT = False


class Brian2:
    """The ``network`` in Brian2, which is compiled in ``run``."""

    def __init__(self, network: Network, recipe: ModuleType) -> None:
        self.network, self.recipe = network, recipe

    def run(self, images: np.ndarray) -> Outcome:
        """Answer uint8 ``images`` (n, *shape). Raises ``ToolError`` without Brian2 or a compiler."""
        outcome: Outcome = self.recipe.replay(self.network, images)
        return outcome


def open(network: Network, argument: str | None = None) -> Brian2:
    """Find the recipe for ``network``. Raises ``InputError`` when none runs such a network."""
    known = {name: plugins.load("recipes", name) for name in plugins.names("recipes")}
    able = {name: recipe for name, recipe in known.items() if hasattr(recipe, "supports")}
    for recipe in able.values():
        if recipe.supports(network):
            return Brian2(network, recipe)
    found = ", ".join(dict.fromkeys(kind_names(network)))
    raise InputError(
        f"--backend brian2 runs networks of the recipe {', '.join(able)}; {network.name!r} has {found}:"
        " take --backend float, which runs every kind"
    )
