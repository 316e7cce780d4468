"""Pickles of users' own scripts: names that change the dynamics, layouts, what is assumed."""

import logging
import pickle

import numpy as np
import pytest
from own_pickles import SCRIPT, SUPPLIED, WEIGHTS, rows_of

from snnedge import kinds
from snnedge.compiler.quantize import quantize
from snnedge.errors import InputError
from snnedge.frontends import pkl
from snnedge.frontends.pkl import neuron_params, script_names

LIF = {"neuron_kind": "lif", "tau": 0.1, "refractory": 0.0, "reset": "zero"}


def read(tmp_path, changes=(), **supplied):
    content = {key: value for key, value in (SCRIPT | dict(changes)).items() if value is not None}
    path = tmp_path / "own.pkl"
    path.write_bytes(pickle.dumps(content, 4))
    return pkl.read(path, SUPPLIED | supplied)


@pytest.mark.parametrize("name", sorted(script_names.DYNAMICS))
@pytest.mark.parametrize("where", ["top", "config"])
def test_a_name_that_changes_the_dynamics_is_refused_unless_ignored(tmp_path, name, where):
    changes = {name: 0.7} if where == "top" else {"config": {name: 0.7}}
    for kind in ({}, LIF):
        with pytest.raises(InputError, match=rf"{name}: of the neuron model, without a place in"):
            read(tmp_path, changes, **kind)
        assert read(tmp_path, changes, ignore=[name], **kind).provenance["not_used"]


@pytest.mark.parametrize("name", sorted(script_names.BOOKKEEPING))
def test_bookkeeping_is_listed_and_changes_nothing(tmp_path, name):
    found = read(tmp_path, {name: 0.7})
    assert found.provenance["not_used"] == [name]
    assert quantize(found).hash == quantize(read(tmp_path)).hash


def test_no_name_is_on_two_lists():
    assert not script_names.DYNAMICS & script_names.BOOKKEEPING
    aliases = [name for names in script_names.ALIASES.values() for name in names]
    assert len(aliases) == len(set(aliases))
    assert not set(aliases) & (script_names.DYNAMICS | script_names.BOOKKEEPING)


def test_a_time_constant_has_no_place_in_a_kind_without_leak(tmp_path):
    for name in script_names.ALIASES["tau"]:
        with pytest.raises(InputError, match=f"{name}: of the neuron model, without a place in if_wta"):
            read(tmp_path, {name: 0.1})


def test_an_unknown_name_is_an_error_that_names_it(tmp_path):
    with pytest.raises(InputError, match="gibberish: unknown; drop them with --ignore NAME"):
        read(tmp_path, {"gibberish": 1})
    assert read(tmp_path, {"gibberish": 1}, ignore=["gibberish"])


def test_states_that_are_zero_everywhere_are_absent(tmp_path):
    assert read(tmp_path, {"delay": np.zeros(24), "I": np.zeros(4)})


def test_exact_case_tells_sources_from_a_current(tmp_path):
    i, j = (a.ravel() for a in np.indices((6, 4)))
    found = {"weights": WEIGHTS.ravel(), "i": i, "j": j}
    assert np.array_equal(read(tmp_path, found | {"I": np.zeros(4)}).projections[0].weights, WEIGHTS)
    with pytest.raises(InputError, match="I: of the neuron model"):
        read(tmp_path, found | {"I": np.ones(4)})


def test_missing_misplaced_and_unknown_come_in_one_message(tmp_path):
    with pytest.raises(InputError) as error:
        read(tmp_path, {"tau_m": 0.1, "gibberish": 1, "labels": None}, dt=None)
    for part in ("no dt: give --dt", "no labels: give", "tau_m: of the", "gibberish: unknown", "found: "):
        assert part in str(error.value)
    with pytest.raises(InputError, match=r"ragged.*gibberish: unknown"):
        read(tmp_path, {"weights": [[1.0], [1.0, 2.0]], "gibberish": 1})


def given_to(kind):
    """A value for each parameter of ``kind`` but the threshold."""
    special = {"reversal_e": 0.0, "reversal_i": -0.1, "rest": -0.065, "refractory": 0.0}
    for name, parameter in kind.parameters.items():
        if name != "threshold":
            yield name, parameter.choices[0] if parameter.choices else special.get(name, 0.1)


@pytest.mark.parametrize("name", neuron_params.taken())
def test_parameters_of_every_kind_are_taken_and_asked_for(tmp_path, name):
    kind = kinds.neuron(name)
    values = dict(given_to(kind)) | ({"reset": -0.065} if kind.conductances else {})
    own = {key: values.pop(key) for key in ("tau", "refractory", "reset") if key in values}
    for key in own.keys() | values.keys():
        rest = {k: str(v) if k == "reset" else v for k, v in own.items() if k != key}
        param = [(k, v) for k, v in values.items() if k != key]
        with pytest.raises(InputError, match=f"no {key}: give --"):
            read(tmp_path, neuron_kind=name, param=param, **rest)
    own |= {"reset": str(own["reset"])} if "reset" in own else {}
    found = read(tmp_path, neuron_kind=name, param=list(values.items()), **own)
    assert set(found.populations[0].params) == set(kind.parameters)


def test_a_kind_that_reads_a_map_is_refused_with_those_taken(tmp_path):
    with pytest.raises(InputError, match=r"--neuron-kind: no 'conv_wta'.*known: .*lif_cond_exp"):
        read(tmp_path, neuron_kind="conv_wta")


DIEHL_COOK = {
    "v_thresh": None, "theta": None, "theta_A": np.full(4, 20.0), "v_thresh_e": -52.0,
    "v_rest_e": -65.0, "v_reset_e": -65.0, "offset": 20.0, "tc_theta": 1e7, "theta_plus_e": 0.05,
}  # fmt: skip


def test_names_of_diehl_and_cook(tmp_path):
    found = read(tmp_path, DIEHL_COOK)
    assert np.array_equal(found.populations[0].params["threshold"], np.full(4, 13.0))
    with pytest.raises(InputError, match="v_reset_e: of the neuron model, without a place in if_wta"):
        read(tmp_path, DIEHL_COOK | {"v_reset_e": -60.0})
    lif = {key: value for key, value in LIF.items() if key != "reset"}
    assert read(tmp_path, DIEHL_COOK, **lif).populations[0].params["reset"] == "zero"


@pytest.mark.parametrize("neurons", [1, 2, 4, 5, 25])
@pytest.mark.parametrize("seed", range(4))
def test_rows_give_the_hash_of_the_matrix(tmp_path, neurons, seed):
    rng = np.random.default_rng(seed)
    matrix = rng.random((6, neurons))
    rest = {"theta": rng.random(neurons), "labels": np.arange(neurons) % 3}
    hashes = {
        quantize(read(tmp_path, {"weights": None, "XeAe": layout} | rest)).hash
        for layout in (matrix, rows_of(matrix), rng.permutation(rows_of(matrix)))
    }
    assert len(hashes) == 1


@pytest.mark.parametrize("whole", [False, True])
def test_a_matrix_of_three_neurons_stays_one(tmp_path, whole):
    matrix = np.arange(18.0).reshape(6, 3) % 3 + (not whole) / 4
    own = {"weights": matrix, "theta": np.zeros(3), "labels": np.array([0, 1, 2])}
    assert np.array_equal(read(tmp_path, own).projections[0].weights, matrix)
    assert np.array_equal(read(tmp_path, own | {"weights": rows_of(matrix)}).projections[0].weights, matrix)


def test_both_readings_are_an_error_with_both_options(tmp_path):
    own = {"weights": np.ones((6, 3)), "theta": None, "labels": None}
    labels = tmp_path / "labels.npy"
    with pytest.raises(InputError, match="--weights-as rows or --weights-as matrix"):
        read(tmp_path, own)
    np.save(labels, np.array([0, 1]))
    rows = read(tmp_path, own | {"weights": np.ones((6, 3))}, labels=labels, weights_as="rows")
    assert rows.projections[0].weights.shape == (6, 2)
    np.save(labels, np.array([0, 1, 1]))
    assert read(tmp_path, own, labels=labels, weights_as="matrix").projections[0].weights.shape == (6, 3)


def test_inhibition_reset_encoder_and_silence_are_stated_or_chosen(tmp_path):
    stated = read(tmp_path, **LIF).provenance["assumed"]
    assert set(stated) == {"inhibition", "reset", "encoder", "silent sample"}
    assert stated["inhibition"] == "none (--inhibition)"
    chosen = read(tmp_path, inhibition=2.5, silent="undecided", **LIF)
    assert set(chosen.provenance["assumed"]) == {"reset", "encoder"}
    assert chosen.projections[1].params["weight"] == -2.5
    assert not chosen.readout.nearest
    for wrong in (-1.0, float("nan")):
        with pytest.raises(InputError, match=r"--inhibition .*: give 0 or more"):
            read(tmp_path, inhibition=wrong, **LIF)
    with pytest.raises(InputError, match=r"--weights-as is for weights of shape \(n, 3\)"):
        read(tmp_path, weights_as="rows")
    with pytest.raises(InputError, match="--silent 'maybe': give nearest or undecided"):
        read(tmp_path, silent="maybe")


@pytest.mark.parametrize("name", ["labels", "theta", "v_thresh"])
@pytest.mark.parametrize("layout", ["matrix", "flat", "i and j"])
def test_values_per_synapse_are_told(tmp_path, name, layout):
    i, j = (a.ravel() for a in np.indices((6, 4)))
    changes = {} if layout == "matrix" else {"weights": WEIGHTS.ravel()}
    changes |= {"i": i, "j": j} if layout == "i and j" else {}
    said = r"24 values, one per synapse as S\.get_states\(\) gives them, but there are 4 neurons"
    with pytest.raises(InputError, match=said):
        read(tmp_path, changes | {name: np.arange(24) % 4})


def test_one_synapse_per_neuron_is_no_value_per_synapse(tmp_path):
    own = {"weights": np.ones(4), "i": np.zeros(4, int), "j": np.arange(4)}
    assert read(tmp_path, own).projections[0].weights.shape == (6, 4)


@pytest.mark.parametrize("bad", [0.5, np.nan, np.inf, -1.0, 1e9])
def test_rows_have_whole_indices(tmp_path, bad):
    rows = rows_of(WEIGHTS)
    rows[3, 1] = bad
    with pytest.raises(InputError, match="have whole numbers in columns 0 and 1"):
        read(tmp_path, {"weights": rows}, weights_as="rows")


def test_every_command_states_what_is_assumed(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("snnedge"), "propagate", True)  # the command line turns it off
    caplog.set_level(logging.INFO, "snnedge")
    read(tmp_path, **LIF)
    assert "assumed: inhibition: none (--inhibition); reset: " in caplog.text
