"""Fitting: a picture of one figure as a model's image, made as the images of MNIST were.

The figure is cut out, scaled to a box of 20/28 of the side, and its centre of mass is moved to the middle.
It is bright on black (Y. LeCun et al., "Gradient-based learning applied to document recognition", 1998).
"""

import numpy as np

from ..errors import InputError

BOX = 20 / 28  # of the side
SAMPLED, ROUNDS = 100, 8  # rows and columns that the background is fitted to, and how often
LEAST_CONTRAST = 24  # gray values between figure and background
LEAST_JOINED = 0.4  # share of the ink that goes on to the right and below
LEAST_INK, MOST_INK = 0.001, 0.6  # shares of the pixels
SPECK = 0.02  # share of the ink: a row or column of less at the rim is no part of the figure


def fitted(picture: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return gray values ``picture``, uint8 (h, w), as an image of ``shape`` (rows, columns), uint8.

    A picture of that size is taken as it is, inverted if its rim is bright. Raises ``InputError`` that says
    why no figure is found.
    """
    if len(shape) != 2:
        raise InputError(f"pictures need a model of images with rows and columns, not of shape {shape}")
    if picture.shape == shape:
        return np.asarray(255 - picture if np.median(_rim(picture)) > 127 else picture, np.uint8)
    return _placed(_scaled(_cut(_ink(picture)), shape), shape)


def _rim(picture: np.ndarray) -> np.ndarray:
    return np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])


def _ink(picture: np.ndarray) -> np.ndarray:
    """Return how far each pixel is from the background on the figure's side, float64, 0 for noise."""
    gray = picture.astype(np.float64)
    above = gray - _background(gray)
    ink = max(np.maximum(-above, 0), np.maximum(above, 0), key=lambda side: float((side**2).sum()))
    kept = np.where(ink > _threshold(ink), ink, 0)
    _check_joined(kept > 0)
    return kept


def _check_joined(ink: np.ndarray) -> None:
    """Raise ``InputError`` if most pixels of ``ink``, bool (h, w), have none on the right or below."""
    below, right = ink[:-1, :-1] & ink[1:, :-1], ink[:-1, :-1] & ink[:-1, 1:]
    joined = (below.sum() + right.sum()) / max(2 * ink.sum(), 1)
    if joined < LEAST_JOINED:
        raise InputError("no figure: the ink is scattered over the picture; take one figure on plain paper")


def _background(gray: np.ndarray) -> np.ndarray:
    """Return the background of each pixel, so that a shadow on paper is no figure.

    It is a surface of second order through the pixels that are near it, found in a few rounds.
    """
    y, x = (np.linspace(-1, 1, size) for size in gray.shape)
    powers = [(a, b) for a in range(3) for b in range(3 - a)]
    steps = tuple(slice(None, None, max(size // SAMPLED, 1)) for size in gray.shape)
    values = gray[steps].ravel()
    terms = np.stack([np.outer(y[steps[0]] ** a, x[steps[1]] ** b).ravel() for a, b in powers], axis=1)
    near = np.abs(values - np.median(values)) <= np.quantile(np.abs(values - np.median(values)), 0.7)
    for _ in range(ROUNDS):
        found = np.linalg.lstsq(terms[near], values[near], rcond=None)[0]
        distance = np.abs(values - terms @ found)
        near = distance <= max(3 * float(np.median(distance)), 1)
    surface = sum(k * np.outer(y**a, x**b) for k, (a, b) in zip(found, powers, strict=True))
    return np.asarray(surface)


def _threshold(ink: np.ndarray) -> float:
    """Return the threshold that separates two classes best (N. Otsu, 1979). Raises ``InputError``."""
    counts, edges = np.histogram(ink, 64)
    middle = (edges[1:] + edges[:-1]) / 2
    below, total = np.cumsum(counts), counts.sum()
    sums = np.cumsum(counts * middle)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (sums[-1] * below / total - sums) ** 2 / (below * (total - below))
    best = float(middle[np.nanargmax(between[:-1])]) if len(np.unique(ink)) > 1 else 0.0
    if ink.max(initial=0) < LEAST_CONTRAST:
        raise InputError("no figure: the picture has too little contrast; take it in better light")
    share = float((ink > best).mean())
    if not LEAST_INK <= share <= MOST_INK:
        raise InputError(
            f"no figure: {share:.1%} of the picture would be ink; take one figure on plain paper"
        )
    return best


def _cut(ink: np.ndarray) -> np.ndarray:
    """Return the part of ``ink`` with the figure, without specks at the rim."""
    return ink[_extent(ink.sum(axis=1))][:, _extent(ink.sum(axis=0))]


def _extent(profile: np.ndarray) -> slice:
    """Return where the figure is along one axis, of which ``profile`` is the ink."""
    kept = np.flatnonzero(profile > SPECK * profile.max())
    return slice(int(kept[0]), int(kept[-1]) + 1)


def _scaled(ink: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return ``ink`` scaled into the box of an image of ``shape``, its brightest tenth at 255."""
    rows, columns = ink.shape
    factor = min(shape[0] * BOX / rows, shape[1] * BOX / columns)
    size = max(round(rows * factor), 1), max(round(columns * factor), 1)
    small = _averaged(_averaged(ink, size[0]).T, size[1]).T
    return np.asarray(np.minimum(small * (255 / np.quantile(small[small > 0], 0.9)), 255))


def _averaged(values: np.ndarray, size: int) -> np.ndarray:
    """Return ``values`` (n, m) as (size, m): means over equal parts of the first axis."""
    edges = np.linspace(0, len(values), size + 1)
    total = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    whole = np.minimum(edges.astype(int), len(values) - 1)
    at = total[whole] + (edges - whole)[:, None] * values[whole]
    return np.asarray(np.diff(at, axis=0) / np.diff(edges)[:, None])


def _placed(figure: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return an image of ``shape`` with the centre of mass of ``figure`` in its middle."""
    image = np.zeros(shape)
    start = []
    for axis, side in enumerate(shape):
        mass = figure.sum(axis=1 - axis)
        centre = float((mass * (np.arange(len(mass)) + 0.5)).sum() / mass.sum())
        start.append(int(np.clip(round(side / 2 - centre), 0, side - len(mass))))
    image[start[0] : start[0] + figure.shape[0], start[1] : start[1] + figure.shape[1]] = figure
    return np.asarray(np.rint(image), np.uint8)
