"""Drawings of images in the terminal."""

import sys

import numpy as np

SHADES = " .:-=+*#%@"
MAX_SHOWN = 20  # images


def show_images(images: np.ndarray) -> None:
    """Print the first uint8 ``images`` (n, rows, columns) on stderr, two characters a pixel."""
    for image in images[:MAX_SHOWN]:
        rows = image.reshape(image.shape[0], -1).astype(int) * len(SHADES) // 256
        lines = ("".join(2 * SHADES[value] for value in row).rstrip() for row in rows)
        print("\n".join(lines), file=sys.stderr)
