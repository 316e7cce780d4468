"""An export warns where the integers answer unlike the float network, with the remedy that helps."""

import re
import sys
from dataclasses import replace

import numpy as np
import pytest
from images import random_images
from networks import random_network

from snnedge import api
from snnedge.api.export import Unmeasured
from snnedge.compiler.calibrate import calibrate
from snnedge.compiler.quantize import quantize
from snnedge.data import Dataset
from snnedge.errors import ToolError
from snnedge.runtime.runtime import Runtime

IMAGES = random_images((8, 8), 600)


def samples(split: str) -> Dataset:
    images = IMAGES[:300] if split == "train" else IMAGES[300:]
    return Dataset("noise", split, images, np.zeros(300, np.int64), 10)


def network(largest: float = 1.0):
    """Return a network of which one weight of an active input is ``largest``, the others at most 1."""
    net = random_network(7, shape=(8, 8), signed=True, steps=30)
    weights = net.projections[0].weights.copy()
    weights[9, 0] = largest
    labels = np.arange(13, dtype=np.int16)
    changed = (replace(net.projections[0], weights=weights),)
    return replace(net, projections=changed, readout=replace(net.readout, labels=labels, classes=13))


def exported(net, tmp_path, **options):
    return api.export(net, tmp_path / "m", data=samples("test"), calibrate=samples("train"), **options)


def test_a_sound_export_warns_of_nothing(tmp_path, caplog):
    assert exported(network(), tmp_path).warnings == ()
    assert not [record for record in caplog.records if record.levelname == "WARNING"]


@pytest.mark.parametrize("bits", [8, 4])
def test_one_weight_a_thousand_times_the_others_is_told_with_the_clip_that_helps(tmp_path, caplog, bits):
    result = exported(network(1000.0), tmp_path, bits=bits)
    (line,) = result.warnings
    assert line in caplog.text
    found = re.search(r"--clip ([\d.]+) gives ([\d.]+)% on 300 samples of noise train, where it is", line)
    assert found, line
    assert result.as_dict()["warnings"] == [line]
    seen, outcome = calibrate(network(1000.0), samples("train").images, "noise")
    better = quantize(network(1000.0), bits, seen, float(found[1]))
    agreement = (Runtime(better).predict(samples("train").images) == outcome.labels).mean()
    assert f"{agreement:.1%}" == f"{found[2]}%"
    assert agreement > result.measured.agreement


def test_lost_weights_are_told_without_data(tmp_path):
    net = network()
    weights = net.projections[0].weights / 1000
    weights[:, 0] = 1.0
    changed = replace(net, projections=(replace(net.projections[0], weights=weights),))
    (line,) = api.export(changed, tmp_path / "m").warnings
    assert re.match(r"9\d% of the weights that are not 0 became 0; try --clip", line)


def test_without_scikit_learn_an_export_of_the_digits_goes_on_with_a_note(tmp_path, monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    result = api.export("zoo:digits", tmp_path / "digits")
    assert (tmp_path / "digits" / "src" / "digits.h").exists()
    assert isinstance(result.measured, Unmeasured)
    assert "comes with scikit-learn" in caplog.text
    with pytest.raises(ToolError, match="comes with scikit-learn"):
        api.export("zoo:digits", tmp_path / "other", data="digits")
