"""Early stopping: a training ends when validation no longer gains, and the best state is what remains.

Checks happen at fixed positions and the checkpoint holds all that they depend on, so that a resumed
training stops where an uninterrupted one does.
"""

from dataclasses import dataclass, replace

import numpy as np

from ..data import Dataset
from .checkpoint import VALIDATION, Checkpoint
from .recipe import Recipe

CHECKS = 20  # in a whole training


@dataclass(frozen=True)
class Watch:
    """``held``: the images; ``patience``: checks in a row without a better accuracy that end a training of
    ``samples`` presentations; 0: nothing is checked."""

    held: Dataset | None
    patience: int
    samples: int

    @property
    def checks(self) -> tuple[int, ...]:
        """Positions after which validation images are answered; the last one is the end."""
        if not self.patience:
            return ()
        parts = min(CHECKS, self.samples)
        return tuple(self.samples * (k + 1) // parts for k in range(parts))

    def over(self, history: np.ndarray) -> bool:
        """Whether the training has ended early, by the accuracies in ``history``."""
        found = _accuracies(history)
        return bool(self.patience) and len(found) - 1 - _best(found) >= self.patience

    def look(self, recipe: Recipe, at: Checkpoint) -> Checkpoint:
        """``at`` with the accuracy that was checked, if it is time to; and the best state so far."""
        if self.held is None or at.position not in self.checks:
            return at
        answers = recipe.answers(recipe.finish(at.state), self.held)
        history = at.history.copy()
        history[-1, VALIDATION] = (answers == self.held.labels).mean()
        found = _accuracies(history)
        better = _best(found) == len(found) - 1
        return replace(at, history=history, best=at.state if better else at.best)


def _accuracies(history: np.ndarray) -> np.ndarray:
    column = history[:, VALIDATION]
    return np.asarray(column[np.isfinite(column)])


def _best(accuracies: np.ndarray) -> int:
    """The first one of the best; -1 when there is none."""
    return int(accuracies.argmax()) if len(accuracies) else -1
