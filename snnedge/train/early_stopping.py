"""Early stopping: end a training when the validation accuracy no longer rises, and keep the best state.

Checks happen at fixed positions, and the checkpoint holds all that they depend on. A resumed training
therefore stops where an uninterrupted one does.
"""

from dataclasses import dataclass, replace

import numpy as np

from ..data import Dataset
from .checkpoint import VALIDATION, Checkpoint
from .recipe import Recipe

CHECKS = 20  # in a whole training


@dataclass(frozen=True)
class EarlyStopping:
    """Early stopping of a training of ``samples`` presentations.

    ``validation``: images, or None. ``patience``: checks in a row without a better accuracy that end the
    training; 0 disables all checks.
    """

    validation: Dataset | None
    patience: int
    samples: int

    @property
    def checks(self) -> tuple[int, ...]:
        """Positions after which the accuracy is measured; the last one is the end of the training."""
        if not self.patience:
            return ()
        parts = min(CHECKS, self.samples)
        return tuple(self.samples * (k + 1) // parts for k in range(parts))

    def is_over(self, history: np.ndarray) -> bool:
        """Return whether the accuracies in ``history`` (see ``Checkpoint``) end the training early."""
        found = _accuracies(history)
        return bool(self.patience) and len(found) - 1 - _best(found) >= self.patience

    def update(self, recipe: Recipe, at: Checkpoint) -> Checkpoint:
        """Return ``at`` with the validation accuracy and the best state, if a check is due there."""
        if self.validation is None or at.position not in self.checks:
            return at
        predicted = recipe.predict(recipe.finish(at.state), self.validation)
        history = at.history.copy()
        history[-1, VALIDATION] = (predicted == self.validation.labels).mean()
        found = _accuracies(history)
        better = _best(found) == len(found) - 1
        return replace(at, history=history, best=at.state if better else at.best)


def _accuracies(history: np.ndarray) -> np.ndarray:
    """Return the measured validation accuracies, oldest first."""
    column = history[:, VALIDATION]
    return np.asarray(column[np.isfinite(column)])


def _best(accuracies: np.ndarray) -> int:
    """Return the index of the first maximum, or -1 when there is none."""
    return int(accuracies.argmax()) if len(accuracies) else -1
