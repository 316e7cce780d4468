"""The rivals: artificial networks of the spiking network's accuracy, trained here, as C for a board."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from integers import IntegerLayer, integers, plain_tables, scores, sources, tables
from training import Layer, train

from snnedge.data import Dataset

FOLDER = Path(__file__).parent
CACHE = FOLDER.parents[1] / "build" / "rivals"
GRAYS = 15  # largest input
SHIFTS = [(1, 1), *((y, x) for y in range(3) for x in range(3) if (y, x) != (1, 1))]  # the first: none
SEED = 0
WIDTH = 64  # hidden neurons of the perceptrons


@dataclass(frozen=True)
class Rival:
    """A network for a board. ``title``, ``weights``: what it is and how many; ``answer``: images uint8
    (n, 28, 28) -> labels (n,), by the same arithmetic on the host, and scores (n, 10) or None; ``files``,
    ``hash``: its C; ``operations``: multiplications of a weight per inference, mean over images."""

    title: str
    weights: int
    answer: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray | None]]
    files: dict[str, str]
    hash: int
    operations: Callable[[np.ndarray], float]


def convolutional(data: Dataset) -> list[Rival]:
    """Train 12 x 12 means, 8 maps of 4 x 4 (stride 2), 8 maps of 3 x 3, all to 10."""
    layers = [Layer(12, 1, 4, 2, 8, 5), Layer(5, 8, 3, 1, 8, 5), Layer(3, 8, 3, 1, 10, 0)]
    net = trained("cnn", layers, pooled, data, epochs=100, rate=0.003)
    shifts, tops = [k.layer.shift for k in net], [k.top for k in net]
    start = """    uint8_t *means = s->workspace, *maps = means + 144, *features = maps + 200;
    pool(sample, means);
"""
    careful = f"""{start}    uint32_t sums[5];
    convolve(means, maps, 12, 1, 4, 2, 4, weights0, bias0, {shifts[0]}, {tops[0]});
    convolve(maps, features, 5, 8, 3, 1, 4, weights1, bias1, {shifts[1]}, {tops[1]});
    connect(features, 72, 5, weights2, bias2, sums);
    r->label = largest(sums, 10, r->spike_counts);"""
    plain = f"""{start}    int32_t sums[10];
    plain(means, maps, 0, 12, 1, 4, 2, 8, weights0, bias0, {shifts[0]}, {tops[0]});
    plain(maps, features, 0, 5, 8, 3, 1, 8, weights1, bias1, {shifts[1]}, {tops[1]});
    plain(features, 0, sums, 3, 8, 3, 1, 10, weights2, bias2, 0, 0);
    r->label = largest_plain(sums, 10, r->spike_counts);"""
    return rivals("int8 CNN", net, pooled, careful, plain, 144 + 200 + 72)


def perceptron(data: Dataset) -> list[Rival]:
    """Train 784 to 64 to 10."""
    net = perceptron_layers(data)
    shift, top = net[0].layer.shift, net[0].top
    careful = f"""    uint32_t *hidden = (void *)s->workspace, sums[5];
    uint8_t *pixels = (uint8_t *)(hidden + {WIDTH // 2}), *features = pixels;
    gray(sample, pixels);
    connect(pixels, 784, {WIDTH // 2}, weights0, bias0, hidden);
    activate(hidden, features, {WIDTH}, {shift}, {top});
    connect(features, {WIDTH}, 5, weights1, bias1, sums);
    r->label = largest(sums, 10, r->spike_counts);"""
    plain = f"""    uint8_t *pixels = s->workspace, *features = pixels + 784;
    int32_t sums[10];
    gray(sample, pixels);
    plain(pixels, features, 0, 28, 1, 28, 1, {WIDTH}, weights0, bias0, {shift}, {top});
    plain(features, 0, sums, 1, {WIDTH}, 1, 1, 10, weights1, bias1, 0, 0);
    r->label = largest_plain(sums, 10, r->spike_counts);"""
    return rivals("int8 MLP", net, grays, careful, plain, 2 * WIDTH + 784)


def perceptron_layers(data: Dataset) -> list[IntegerLayer]:
    layers = [Layer(28, 1, 28, 1, WIDTH, 5), Layer(1, WIDTH, 1, 1, 10, 0)]
    return trained("mlp", layers, grays, data, epochs=60, rate=0.001)


def rivals(
    title: str, net: list[IntegerLayer], see: Callable, careful: str, plain: str, workspace: int
) -> list[Rival]:
    """Write ``net`` by layer.h and by plain.h; ``careful`` and ``plain`` are the bodies of snn_run."""
    kernels = {name: (FOLDER / name).read_text() for name in ("layer.h", "plain.h")}
    includes = "".join(f'#include "{name}"\n' for name in kernels)
    weights = sum(k.codes.size for k in net)

    def answer(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found = scores(net, see(images))
        return found.argmax(1), found

    def skipping(images: np.ndarray) -> float:
        return work(net, see(images))

    def all_of_them(images: np.ndarray) -> float:
        return float(sum(k.layer.multiplications for k in net))

    found = []
    for name, body, numbers, operations in (
        (title, careful, tables(net), skipping),
        (f"{title}, plain loops", plain, plain_tables(net), all_of_them),
    ):
        files, digest = sources(f"{includes}\n{numbers}\n", body, workspace)
        found.append(Rival(name, weights, answer, files | kernels, digest, operations))
    return found


def work(net: list[IntegerLayer], values: np.ndarray) -> float:
    """Count multiplications by an activation that is not zero, mean per image."""
    total = 0
    for k in net:
        total += int((values[:, k.layer.index] != 0).sum()) * k.layer.maps
        values = scores([k], values)
    return total / len(values)


def trained(
    name: str, layers: list[Layer], see: Callable, data: Dataset, epochs: int, rate: float
) -> list[IntegerLayer]:
    """Return ``layers`` after training on ``data``, all shifts by a pixel of it; kept in build/rivals."""
    text = (FOLDER / "training.py").read_text() + repr((layers_key(layers), epochs, rate, SEED))
    key = hashlib.blake2b(text.encode() + data.images.tobytes(), digest_size=8).hexdigest()
    path = CACHE / f"{name}-{key}.npz"
    if path.exists():
        with np.load(path) as file:
            for k, layer in enumerate(layers):
                layer.w, layer.b = file[f"w{k}"], file[f"b{k}"]
                layer.unit, layer.step = map(float, file[f"scales{k}"])
                layer.shift = int(file[f"shift{k}"])
    else:
        bordered = np.pad(data.images, ((0, 0), (1, 1), (1, 1)))
        shifted = np.stack([see(bordered[:, y : y + 28, x : x + 28]) for y, x in SHIFTS])
        train(layers, shifted, data.labels.astype(int), epochs, SEED, rate=rate)
        kept = {f"w{k}": layer.w for k, layer in enumerate(layers)}
        kept |= {f"b{k}": layer.b for k, layer in enumerate(layers)}
        kept |= {f"scales{k}": np.array([layer.unit, layer.step]) for k, layer in enumerate(layers)}
        kept |= {f"shift{k}": np.array(layer.shift) for k, layer in enumerate(layers)}
        CACHE.mkdir(parents=True, exist_ok=True)
        np.savez(path, **kept)
    return integers(layers, GRAYS)


def layers_key(layers: list[Layer]) -> list[tuple[int, ...]]:
    return [(k.size, k.depth, k.side, k.stride, k.maps, k.bits) for k in layers]


def pooled(images: np.ndarray) -> np.ndarray:
    """Return means of 2 x 2 in the middle 24 x 24, 0..15, uint8 (n, 144): `pool` of layer.h."""
    x = images[:, 2:26, 2:26].astype(np.uint16)
    sums = x[:, ::2, ::2] + x[:, 1::2, ::2] + x[:, ::2, 1::2] + x[:, 1::2, 1::2]
    return (sums >> 6).astype(np.uint8).reshape(len(images), -1)


def grays(images: np.ndarray) -> np.ndarray:
    """Return pixels in 0..15, uint8 (n, 784): `gray` of layer.h."""
    return (images >> 4).reshape(len(images), -1)
