"""The bundled data set: scikit-learn's 1797 handwritten digits of 8 x 8 pixels.

Source: UCI "Optical Recognition of Handwritten Digits" (E. Alpaydin, C. Kaynak), its test part.
"""

from dataclasses import replace

import numpy as np

from ..errors import ToolError
from .dataset import Dataset, split

TEST_FRACTION = 0.2
SEED = 0  # another one would give another test set
FULL_INK = 16  # the bundled pixels are 0..16


def load_digits(part: str) -> Dataset:
    """Return part ``train`` (1437 images) or ``test`` (360) of a fixed split, pixels scaled to 0..255.

    Raises ``ToolError`` when scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import load_digits as bundled
    except ImportError as error:
        remedy = "pip install 'snnedge[train]'"
        raise ToolError(f"data set 'digits' comes with scikit-learn; {remedy}") from error
    pixels, labels = bundled(return_X_y=True)
    images = np.rint(pixels.reshape(-1, 8, 8) * (255 / FULL_INK)).astype(np.uint8)
    whole = Dataset("digits", "all", images, labels.astype(np.int64), classes=10)
    train, test = split(whole, TEST_FRACTION, SEED)
    return train if part == "train" else replace(test, split="test")
