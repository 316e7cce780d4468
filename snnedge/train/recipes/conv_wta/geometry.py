"""Positions at which layer 1 of `conv_wta` reads patches of an image, and the patches to learn from."""

from dataclasses import dataclass

import numpy as np

from ....kinds.neurons.conv_wta import cells

MAX_DRAWS = 100  # random positions per image until a patch has enough pixels


@dataclass(frozen=True)
class Geometry:
    """Sizes of layer 1. ``shape``: (height, width) of the images; the others: as in ``Settings``."""

    shape: tuple[int, int]
    maps: int
    patch: int
    min_active: int
    pool: int
    stride: int
    threshold: int
    crop: int = 0
    position_stride: int = 1

    @property
    def positions(self) -> tuple[int, int]:
        """Rows and columns of patch positions."""
        free = (side - 2 * self.crop - self.patch for side in self.shape)
        rows, columns = (pixels // self.position_stride + 1 for pixels in free)
        return rows, columns

    @property
    def layout(self) -> dict[str, int]:
        """Scalar parameters of the population, by their names in a model."""
        rows, columns = self.positions
        sizes = {"maps": self.maps, "rows": rows, "columns": columns, "image_width": self.shape[1]}
        sizes |= {"origin": self.crop * self.shape[1] + self.crop, "position_stride": self.position_stride}
        return sizes | {"pool": self.pool, "stride": min(self.stride, self.pool)}

    @property
    def units(self) -> int:
        """Number of neurons of the pooled maps."""
        return self.maps * cells(self.layout, "rows") * cells(self.layout, "columns")


def draw_patches(
    geometry: Geometry, images: np.ndarray, order: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Draw a random position with ``min_active`` pixels on in each of the images ``order`` int (n,).

    Returns y and x of the upper left corners, int (n, 2). An image without such a position within
    ``MAX_DRAWS`` draws keeps the last one.
    """
    corners = np.zeros((len(order), 2), np.int64)
    waiting = np.arange(len(order))
    for _ in range(MAX_DRAWS):
        at = rng.integers(0, geometry.positions, (len(waiting), 2))
        corners[waiting] = geometry.crop + geometry.position_stride * at
        pixels = patches(geometry, images, order[waiting], corners[waiting])
        waiting = waiting[pixels.sum(axis=1) < geometry.min_active]
        if not len(waiting):
            break
    return corners


def patches(geometry: Geometry, images: np.ndarray, order: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Return the binary patches at ``corners`` (n, 2) of the images ``order`` (n,): bool (n, pixels).

    ``images`` uint8 (images, height, width). A pixel is on from the gray value ``threshold``.
    """
    y, x = np.indices((geometry.patch, geometry.patch)).reshape(2, -1)
    gray = images[order[:, None], corners[:, :1] + y, corners[:, 1:] + x]
    return np.asarray(gray >= geometry.threshold)
