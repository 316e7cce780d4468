"""Readout and features learn together, in rounds: a race over some images, then its feedback.

Feedback that waits for a round of 500 images teaches as well as feedback at once.
"""

from dataclasses import dataclass

import numpy as np

from ....model.weight_codes import WEIGHT_LIMITS
from ...rules.feedback.simulator import Features, Simulator
from ...rules.margin_race.simulator import SILENT, Rule, State
from .credit import lessons
from .features import Geometry, Layer, rounded

ROUND = 500  # images


@dataclass(frozen=True)
class Samples:
    """n presentations: ``images`` and their labels ``targets``, ``rate`` and ``rise`` (in margins) of the
    readout, and ``feedback``: the rate of the features."""

    images: np.ndarray
    targets: np.ndarray
    rate: np.ndarray
    rise: np.ndarray
    feedback: np.ndarray


@dataclass(frozen=True)
class Learner:
    """``labels`` of the neurons; ``margin`` in spikes of a mean image; ``width``: difference between two
    drives, in weights, at which feedback begins to fade."""

    simulator: Simulator
    geometry: Geometry
    bits: int
    labels: np.ndarray
    margin: float
    width: float

    def learn(
        self, features: Features, readout: State, samples: Samples
    ) -> tuple[np.ndarray, Features, State]:
        """The neurons that won, int (n,), and both after ``samples``."""
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
        close = (response.lead < margin) & (response.right >= 0) & (response.wrong >= 0)
        right, wrong = response.right[close], response.wrong[close]
        gain = (after.weights[:, right] - after.weights[:, wrong]).T
        top = WEIGHT_LIMITS[self.bits][True]
        width = 2 * top * self.width
        taught = lessons(layer, samples.images[close], gain, samples.feedback[close] / margin, width)
        return response.winners, self.simulator.teach(features, taught, top, width), after
