"""Joint learning of readout and features in rounds: a race over some images, then its feedback.

Feedback after a round of 500 images reaches the same accuracy as feedback after every image.
"""

from dataclasses import dataclass

import numpy as np

from ....model.weight_codes import WEIGHT_LIMITS
from ...rules.feedback.simulator import CreditedPatches, Features, Simulator
from ...rules.margin_race.simulator import SILENT, Response, Rule, State
from .credit import credited_patches
from .features import Layer, rounded
from .geometry import Geometry

ROUND = 500  # images


@dataclass(frozen=True)
class Samples:
    """Arguments of n presentations; every array has n rows.

    ``images`` uint8, ``targets`` int: their labels. ``rate`` and ``rise`` (in margins): of the readout.
    ``feedback``: learning rate of the features.
    """

    images: np.ndarray
    targets: np.ndarray
    rate: np.ndarray
    rise: np.ndarray
    feedback: np.ndarray


@dataclass(frozen=True)
class Learner:
    """Joint learning with ``simulator``.

    ``labels`` of the neurons. ``margin``: in spikes of a mean image. ``width``: distance between two maps,
    in weights, at which feedback fades.
    """

    simulator: Simulator
    geometry: Geometry
    bits: int
    labels: np.ndarray
    margin: float
    width: float

    def learn(
        self, features: Features, readout: State, samples: Samples
    ) -> tuple[np.ndarray, Features, State]:
        """Return the winning neurons, int (n,), and features and readout after ``samples``."""
        winners = []
        for k in range(0, len(samples.targets), ROUND):
            part = Samples(*(values[k : k + ROUND] for values in vars(samples).values()))
            won, features, readout = self._round(features, readout, part)
            winners.append(won)
        return np.concatenate(winners), features, readout

    def _round(
        self, features: Features, readout: State, samples: Samples
    ) -> tuple[np.ndarray, Features, State]:
        integers = rounded(features.weights, features.thresholds, self.bits, signed=True)
        layer = Layer(self.geometry, *integers, self.bits)
        phases = layer.scanner().phases(samples.images)
        margin = self.margin * max(float((phases != SILENT).sum(axis=1).mean()), 1.0)
        series = {"phases": np.where(phases == SILENT, phases, 0), "target": samples.targets}
        series |= {"rate": samples.rate, "rise": samples.rise * margin}
        response, after = self.simulator.run(readout, self.labels, Rule(margin, exits=0), series)
        top = WEIGHT_LIMITS[self.bits][True]
        width = 2 * top * self.width
        patches = _credited(layer, samples, response, after, margin, width)
        return response.winners, self.simulator.learn(features, patches, top, width), after


def _credited(
    layer: Layer, samples: Samples, response: Response, readout: State, margin: float, width: float
) -> CreditedPatches:
    """Return the patches of the samples within the margin, credited by the ``readout`` after them."""
    close = (response.lead < margin) & (response.right >= 0) & (response.wrong >= 0)
    right, wrong = response.right[close], response.wrong[close]
    gain = (readout.weights[:, right] - readout.weights[:, wrong]).T
    return credited_patches(layer, samples.images[close], gain, samples.feedback[close] / margin, width)
