"""Augmentation: images moved by whole pixels."""

import numpy as np


def shifted(images: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Return each image moved by its own offset, with zeros in the uncovered pixels.

    ``images`` (n, height, width), any dtype, which the result keeps. ``by`` integers (n, 2): pixels down
    and right, negative values up and left.
    """
    moved = np.zeros_like(images)
    for dy, dx in np.unique(by, axis=0).tolist():  # plain ints: an image may have more than 127 rows
        chosen = np.flatnonzero((by == (dy, dx)).all(axis=1))
        (rows, old_rows), (columns, old_columns) = (
            _overlap(dy, images.shape[1]),
            _overlap(dx, images.shape[2]),
        )
        moved[chosen, rows, columns] = images[chosen, old_rows, old_columns]
    return moved


def _overlap(offset: int, size: int) -> tuple[slice, slice]:
    """Return the range of an axis that a shift by ``offset`` fills, and the range it is read from."""
    return (
        slice(max(offset, 0), size + min(offset, 0)),
        slice(max(-offset, 0), size - max(offset, 0)),
    )
