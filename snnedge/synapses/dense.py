"""`dense`: every source reaches every target (docs/fixed-point.md, "dense")."""

import numpy as np

from ..errors import InputError
from ..parameters import Parameter

PARAMETERS: dict[str, Parameter] = {}
SCALARS = {"offset": (0, 128)}
ARRAYS: tuple[str, ...] = ()

WEIGHT_LIMITS = {8: (127, 127), 6: (63, 31), 4: (15, 7)}  # bits: largest w unsigned, signed


def check(weights: np.ndarray, expected: tuple[int, int], where: str) -> None:
    """Raise ``InputError`` unless ``weights`` has the shape ``expected``: (sources, targets)."""
    if weights.shape != expected:
        raise InputError(f"model field '{where}.weights': shape {weights.shape}, expected {expected}")


def limit(weights: np.ndarray, bits: int) -> int:
    """Largest integer weight at ``bits``: with negative ones among ``weights`` it is lower."""
    unsigned, signed = WEIGHT_LIMITS[bits]
    return signed if (weights < 0).any() else unsigned


def offset(weights: np.ndarray, bits: int) -> int:
    """The code of weight 0."""
    return 2 ** (bits - 1) if (weights < 0).any() else 0


def bounds(weights: np.ndarray) -> int:
    """Largest magnitude of a target's sum when every source spikes: proves the range of the sum."""
    w = weights.astype(np.int64)
    return int(max(np.maximum(w, 0).sum(axis=0).max(), np.maximum(-w, 0).sum(axis=0).max()))


def stored_bits(bits: int) -> int:
    """Bits that a code takes in memory."""
    return 4 if bits <= 4 else 8


def pack(weights: np.ndarray, bits: int, zero: int) -> np.ndarray:
    """The kernel's table: uint8, one row per source, padded to 4 bytes; codes ``weights + zero``.

    ``weights``: int8, shape (sources, targets). At 4 bits an even target is the low nibble.
    """
    codes: np.ndarray = (weights.astype(np.int16) + zero).astype(np.uint8)
    if stored_bits(bits) == 4:
        codes = np.pad(codes, ((0, 0), (0, codes.shape[1] % 2)))
        codes = codes[:, 0::2] | (codes[:, 1::2] << 4)
    padding = -codes.shape[1] % 4
    return np.ascontiguousarray(np.pad(codes, ((0, 0), (0, padding))))


def operations(weights: np.ndarray, spikes: np.ndarray) -> int:
    """Additions of a weight when source i spikes ``spikes[i]`` times."""
    return int(spikes.sum()) * int(weights.shape[1])
