"""Windows: the pixels of a map that a neuron reads, described as for convolutions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """A window that moves over a map of rows and columns.

    ``kernel``: its size; ``stride``: the distance of neighbouring positions; ``padding``: pixels added
    around the map; ``origin``: the upper left pixel of the first position; each (rows, columns), in pixels.
    """

    kernel: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int] = (0, 0)
    origin: tuple[int, int] = (0, 0)

    def end(self, positions: tuple[int, int]) -> tuple[int, int]:
        """Return the row and column after the last pixel of ``positions`` positions along each axis."""
        lengths = zip(self.origin, self.stride, positions, self.kernel, strict=True)
        rows, columns = (first + step * (count - 1) + size for first, step, count, size in lengths)
        return rows, columns
