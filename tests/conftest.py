"""Networks made from a seed, for tests that need any network rather than a good one."""

import numpy as np
import pytest

from snnedge.network import UNASSIGNED, Encoder, Network, Population, Projection, Readout


def random_network(
    seed: int = 0,
    shape: tuple[int, ...] = (4, 5),
    hidden: int = 0,
    neurons: int = 13,
    classes: int = 3,
    signed: bool = False,
    steps: int = 20,
    exit_margin: int = 0,
    nearest: bool = True,
) -> Network:
    """An if_wta layer, behind a recurrent lif layer of ``hidden`` neurons if that is not 0."""
    rng = np.random.default_rng(seed)
    inputs = int(np.prod(shape))

    def weights(sources: int, targets: int) -> np.ndarray:
        return rng.uniform(-1 if signed else 0, 1, (sources, targets))

    populations = [Population("output", "if_wta", neurons, {"threshold": rng.uniform(1, 6, neurons)})]
    projections = [Projection("input", "output", "dense", weights(inputs, neurons))]
    if hidden:
        params = {
            "threshold": rng.uniform(0.5, 3, hidden),
            "tau": 0.01,
            "refractory": 0.002,
            "reset": str(rng.choice(["zero", "subtract"])),
        }
        populations.insert(0, Population("hidden", "lif", hidden, params))
        projections = [
            Projection("input", "hidden", "dense", weights(inputs, hidden)),
            Projection("output", "hidden", "dense", -weights(neurons, hidden)),
            Projection("hidden", "output", "dense", weights(hidden, neurons)),
        ]
    return Network(
        name="random",
        dt=0.001,
        steps=steps,
        encoder=Encoder(
            "error_diffusion",
            shape,
            {"spikes_per_sample": 3.0 * steps, "max_rate": 0.5, "seed": seed % 65536},
        ),
        populations=tuple(populations),
        projections=tuple(projections),
        readout=Readout(
            population="output",
            labels=rng.integers(UNASSIGNED, classes, neurons).astype(np.int16),
            classes=classes,
            exit_margin=exit_margin,
            nearest=nearest,
        ),
    )


def random_images(shape: tuple[int, ...], samples: int, seed: int = 0) -> np.ndarray:
    """Gray values, half of them 0; the first sample blank, the second all white."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (samples, *shape)) * rng.integers(0, 2, (samples, *shape))
    images[:1], images[1:2] = 0, 255
    return images.astype(np.uint8)


@pytest.fixture
def network() -> Network:
    return random_network()


@pytest.fixture
def images() -> np.ndarray:
    return random_images((4, 5), 25)
