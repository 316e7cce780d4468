"""Weight codes: weights as unsigned integers of 8, 4 or 1 bits with a zero point (integer-contract.md)."""

import numpy as np

WEIGHT_LIMITS = {
    8: (127, 127),
    6: (63, 31),
    4: (15, 7),
    1: (1, 0),
}  # bits: largest weight if none is negative, and if some are


def largest_weight(weights: np.ndarray, bits: int) -> int:
    """Return the largest integer weight at ``bits``, lower if some of ``weights`` are negative."""
    unsigned, signed = WEIGHT_LIMITS[bits]
    return signed if (weights < 0).any() else unsigned


def largest_scale(weights: np.ndarray, bits: int, clip: float) -> float:
    """Return the largest scale at which magnitudes up to the quantile ``clip`` have a code."""
    largest = float(np.quantile(np.abs(weights), clip)) if weights.size else 0.0
    return largest_weight(weights, bits) / largest if largest > 0 else np.inf


def zero_point(weights: np.ndarray, bits: int) -> int:
    """Return the code of weight 0 (wire name ``offset``)."""
    return 2 ** (bits - 1) if (weights < 0).any() else 0


def stored_bits(bits: int) -> int:
    """Return the bits that a code takes in memory."""
    return {8: 8, 6: 8, 4: 4, 1: 1}[bits]


def pack(weights: np.ndarray, bits: int, zero: int) -> np.ndarray:
    """Return the kernel's table: uint8, one row per source, padded to 4 bytes; codes ``weights + zero``.

    ``weights``: int8, shape (sources, targets). The first target of a byte lies in its lowest bits.
    """
    codes: np.ndarray = (weights.astype(np.int16) + zero).astype(np.uint8)
    if stored_bits(bits) == 4:
        codes = np.pad(codes, ((0, 0), (0, codes.shape[1] % 2)))
        codes = codes[:, 0::2] | (codes[:, 1::2] << 4)
    if stored_bits(bits) == 1:
        codes = np.packbits(codes, axis=1, bitorder="little")
    padding = -codes.shape[1] % 4
    return np.ascontiguousarray(np.pad(codes, ((0, 0), (0, padding))))
