"""The worked example of a neuron model in extend.md: its three texts compute what `lif` computes.

The example has no refractory period and resets to zero. So has a `lif` with these parameters.
"""

import re
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from images import random_images
from neuron_models import random_model_of

from snnedge.backends import c as c_backend
from snnedge.exporters.c import sources
from snnedge.kinds import neuron
from snnedge.model import outcome
from snnedge.model.integer_model import IntegerModel
from snnedge.model.kind import Kind
from snnedge.runtime.runtime import Runtime
from snnedge.simulator import reference

ROOT = Path(__file__).parents[2]
SECTION = (ROOT / "docs/how-to/extend.md").read_text().partition("## A neuron model\n")[2]
BLOCKS = re.findall(r"^```(?:python|c)\n(.*?)^```", SECTION, re.M | re.S)[:3]
SEEDS = [3, 4, 9, 0, 2, 6, 10]  # whose models spike
FORMER = {"refractory": 0, "reset": 0}


def lif(seed: int) -> IntegerModel:
    """Return a random model of `lif` that leaks, without what the example does not have."""
    model = random_model_of(neuron("lif"), seed)
    (p,) = model.populations
    return replace(
        model, populations=(replace(p, params=p.params | FORMER | {"decay": 20011 + 997 * seed}),)
    )


def example(block: int, package: str) -> ModuleType:
    """Return the module of a block, as a file of ``package``."""
    module = ModuleType(f"{package}.example")
    module.__package__ = package
    exec(BLOCKS[block].replace("NAME", "example"), module.__dict__)
    return module


def kind() -> Kind:
    return example(0, "snnedge.kinds.neurons").KIND


@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_of_the_example(seed):
    model = lif(seed)
    (p,) = model.populations
    params = {name: value for name, value in p.params.items() if name not in FORMER}
    other = replace(model, populations=(replace(p, kind=kind(), params=params),))
    images = random_images(model.encoder.shape, 6, seed)
    assert outcome.mismatches(reference.run(other, images), reference.run(model, images)) == 0


def test_the_quantisation_of_the_example():
    floats = {"threshold": np.array([1.5, 2.0]), "tau": 0.02}
    there, here = (
        k.quantize(k.discretize(floats | more, 0.001), {"membrane": 100.0})
        for k, more in ((neuron("lif"), {"refractory": 0.0, "reset": "zero"}), (kind(), {}))
    )
    assert here["decay"] == there["decay"]
    assert (here["threshold"] == there["threshold"]).all()
    assert set(here) == {*kind().scalars, *kind().arrays}


def assert_equal_traces(backend: Any, model: IntegerModel, seed: int) -> None:
    images = random_images(model.encoder.shape, 6, seed)
    assert outcome.mismatches(reference.run(model, images), backend.run(images)) == 0
    found, expected = backend.trace(images), Runtime(model).trace(images)
    assert (found.spikes == expected.spikes).all()
    assert (found.membrane == expected.membrane).all()


@pytest.mark.compiler("cc")
@pytest.mark.parametrize("seed", SEEDS[:3])
def test_the_c_of_the_example(seed, monkeypatch):
    def written(model: IntegerModel) -> dict[str, str]:
        example = BLOCKS[1].replace("NAME", "lif")
        return {p: example if p.endswith("/neurons/lif.c") else text for p, text in sources(model).items()}

    monkeypatch.setattr(c_backend, "sources", written)
    assert_equal_traces(c_backend.open(lif(seed)), lif(seed), seed)


@pytest.mark.needs("onnx", "onnxruntime")
@pytest.mark.parametrize("seed", SEEDS[:3])
def test_the_onnx_of_the_example(seed, monkeypatch):
    from snnedge.backends.onnx import Onnx
    from snnedge.exporters import onnx
    from snnedge.exporters.onnx.neurons import lif as lowering

    made = example(2, "snnedge.exporters.onnx.neurons")
    for name in ("initial", "step"):
        monkeypatch.setattr(lowering, name, getattr(made, name))
    model = lif(seed)
    assert_equal_traces(Onnx(model, onnx.proto(model).SerializeToString(), "a graph"), model, seed)


def test_the_models_of_these_tests_spike():
    models = {seed: lif(seed) for seed in SEEDS}
    answers = (reference.run(m, random_images(m.encoder.shape, 6, seed)) for seed, m in models.items())
    assert all(a.spike_counts.any() for a in answers)
