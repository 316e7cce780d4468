"""Training of small artificial networks in numpy: convolutions, ReLU, Adam, then the same in whole numbers.

A network is a list of ``Layer``; a fully connected layer is a convolution whose patch is the whole map. All
of them share one form of integers: activations of few bits without sign, int8 weights, sums of two neurons
in one 32-bit word (``cnn.c``), a shift. ``bound`` proves that no half
of a word overflows.
"""

from dataclasses import dataclass, field

import numpy as np

HALF = 2**15 - 1  # largest sum that half a word holds
TAIL = 0.002  # share of activations that the range of a layer may cut


@dataclass
class Layer:
    """``maps`` output maps of patches ``side`` x ``side``, every ``stride``, over ``depth`` maps of
    ``size`` x ``size``. ``bits`` of its activations, or 0 for the last layer. ``w`` float32 (side * side *
    depth, maps), ``b`` (maps,). Set by ``fix_scales``: ``unit``, weight of code 1; ``shift``, of sums to
    activations; ``step``, activation of code 1."""

    size: int
    depth: int
    side: int
    stride: int
    maps: int
    bits: int
    w: np.ndarray = field(init=False)
    b: np.ndarray = field(init=False)
    unit: float = 0.0
    shift: int = 0
    step: float = 0.0

    def __post_init__(self) -> None:
        self.out = (self.size - self.side) // self.stride + 1
        corner = np.arange(self.out) * self.stride
        patch = np.arange(self.side)
        rows, columns = corner[:, None, None, None] + patch[:, None], corner[:, None, None] + patch
        pixels = (rows * self.size + columns).reshape(self.out**2, -1)
        self.index = (pixels[:, :, None] * self.depth + np.arange(self.depth)).reshape(self.out**2, -1)

    @property
    def multiplications(self) -> int:
        return int(self.index.size * self.maps)

    def start(self, rng: np.random.Generator) -> None:
        taps = self.index.shape[1]
        self.w = rng.normal(0, np.sqrt(2 / taps), (taps, self.maps)).astype(np.float32)
        self.b = np.zeros(self.maps, np.float32)

    def weights(self) -> np.ndarray:
        """Return the weights as they are used: rounded once their scale is fixed."""
        return self.codes() * np.float32(self.unit) if self.unit else self.w

    def codes(self) -> np.ndarray:
        return np.clip(np.rint(self.w / np.float32(self.unit)), -127, 127)


def train(
    layers: list[Layer],
    images: np.ndarray,
    labels: np.ndarray,
    epochs: int,
    seed: int,
    batch: int = 100,
    rate: float = 0.003,
) -> None:
    """Learn from ``images`` uint8 (variants, n, pixels): an epoch shows every image in one variant.

    Adam, with rates that fall to 0; the last 40 % of the epochs with rounded weights and activations.
    """
    rng = np.random.default_rng(seed)
    for layer in layers:
        layer.start(rng)
    moments = [[np.zeros_like(p) for p in (layer.w, layer.b, layer.w, layer.b)] for layer in layers]
    variants, n = images.shape[:2]
    steps, at = epochs * (n // batch), 0
    rounded_from = int(0.6 * epochs) * (n // batch)
    for _ in range(epochs):
        order, variant = rng.permutation(n), rng.integers(0, variants, n)
        for first in range(0, n - batch + 1, batch):
            if at == rounded_from:
                fix_scales(layers, images[0, :5000])
            chosen = order[first : first + batch]
            gradients = _gradients(layers, images[variant[chosen], chosen], labels[chosen])
            at += 1
            _adam(layers, moments, gradients, rate * (1 - at / steps) + 1e-6, at)


def forward(layers: list[Layer], codes: np.ndarray) -> list[np.ndarray]:
    """Return each layer's inputs, float32 (n, values), first ``codes``; last, the sums (n, classes)."""
    values = [codes.astype(np.float32)]
    for layer in layers:
        sums = values[-1][:, layer.index] @ layer.weights() + layer.b
        sums = sums.reshape(len(codes), -1)
        if layer.bits:
            sums = np.maximum(sums, 0)
            if layer.step:
                top = np.float32(2**layer.bits - 1)
                sums = np.minimum(np.floor(sums / layer.step + np.float32(0.5)), top) * np.float32(
                    layer.step
                )
        values.append(sums)
    return values


def fix_scales(layers: list[Layer], codes: np.ndarray) -> None:
    """Choose the units of weights and activations, from the inputs that ``codes`` bring."""
    incoming, largest = 1.0, int(codes.max())
    for k, layer in enumerate(layers):
        layer.unit = float(np.abs(layer.w).max()) / 127
        reach = max(np.maximum(layer.w, 0).sum(0).max(), np.maximum(-layer.w, 0).sum(0).max())
        layer.unit = max(layer.unit, 1.15 * float(reach) * largest / HALF)  # room for what is learned yet
        if layer.bits:
            largest = 2**layer.bits - 1
            reached = float(np.quantile(forward(layers[: k + 1], codes)[-1], 1 - TAIL))
            layer.shift = max(0, int(np.ceil(np.log2(reached / largest / (incoming * layer.unit)))))
            layer.step = incoming * layer.unit * 2**layer.shift
            incoming = layer.step


def _gradients(
    layers: list[Layer], codes: np.ndarray, labels: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the gradient of the mean cross entropy; rounding counts as the identity."""
    values = forward(layers, codes)
    scores = values[-1] - values[-1].max(1, keepdims=True)
    error = np.exp(scores)
    error /= error.sum(1, keepdims=True)
    error[np.arange(len(labels)), labels] -= 1
    error /= np.float32(len(labels))
    found = []
    for k in range(len(layers) - 1, -1, -1):
        layer, value = layers[k], values[k]
        error = error.reshape(len(codes) * layer.out**2, layer.maps)
        taps = value[:, layer.index].reshape(len(error), -1)
        found.append((taps.T @ error, error.sum(0)))
        if k:
            back = (error @ layer.weights().T).reshape(len(codes), layer.out**2, -1)
            error = np.zeros_like(value)
            for position in range(layer.out**2):  # places within a patch are different
                error[:, layer.index[position]] += back[:, position]
            error *= _open(layers[k - 1], value)
    return found[::-1]


def _open(layer: Layer, value: np.ndarray) -> np.ndarray:
    top = (2**layer.bits - 1) * layer.step if layer.step else np.inf
    return (value > 0) & (value < top)


def _adam(layers: list[Layer], moments: list, gradients: list, rate: float, at: int) -> None:
    for layer, (mw, mb, vw, vb), (gw, gb) in zip(layers, moments, gradients, strict=True):
        for p, m, v, g in ((layer.w, mw, vw, gw), (layer.b, mb, vb, gb)):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            p -= (
                np.float32(rate)
                * (m / np.float32(1 - 0.9**at))
                / (np.sqrt(v / np.float32(1 - 0.999**at)) + np.float32(1e-8))
            )
