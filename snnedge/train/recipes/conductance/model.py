"""The network of the recipe `conductance`, in any state of the training."""

from dataclasses import replace
from typing import Any

import numpy as np

from .... import kinds
from ....data import Dataset
from ....model.network import INPUT, Encoder, Network, Population, Projection, Readout
from ....support.checked import legal_name
from ... import pruning
from ...recipe import State
from .constants import POTENTIALS, TIMES
from .network import Shape
from .settings import Settings

MILLI = 1e-3  # presets have mV, networks V


def shape(settings: Settings, inputs: int, samples: int) -> Shape:
    """Return what is compiled, for chunks of at most ``samples`` samples."""
    c = settings.constants
    return Shape(inputs, settings.neurons, samples, c["rule"], c["normalize"], c["inhibition"] == "lateral")


def initial_state(settings: Settings, inputs: int) -> State:
    """Return membranes at rest and random weights; only a share of the synapses may exist.

    Keys are group.variable of ``equations.py``.
    """
    c, n = settings.constants, settings.neurons
    state = _initial_synapses(settings, inputs)
    state["inputs.trace"] = np.zeros(inputs, np.float32)
    state["pool.others"] = np.zeros(1, np.float32)
    for layer in _layers(settings):
        state[f"{layer}.v"] = np.full(n, c[layer]["v_rest"], np.float32)
        state[f"{layer}.ge"] = np.zeros(n, np.float32)
        state[f"{layer}.resting"] = np.zeros(n, np.int32)
    zeros = {f"excitatory.{name}": np.zeros(n, np.float32) for name in ("gi", "post", "slow", "own")}
    return state | zeros | {"excitatory.theta": np.full(n, c["excitatory"]["theta"], np.float32)}


def encoder(settings: Settings, state: State, size: tuple[int, int]) -> Encoder:
    """Return the encoder of the network, at the intensity that samples of the last block needed."""
    rate = min(settings.constants["rate"] * float(state["intensity"][0]), 1 / settings.constants["dt"])
    return Encoder(kinds.encoder("poisson"), size, {"max_rate": rate, "seed": settings.seed % 2**31})


def readout(settings: Settings, state: State, data: Dataset) -> Readout:
    """Return the readout: each excitatory spike is a vote, and a sample without spikes is undecided."""
    labels = state["labels"].astype(np.int16)
    names, margin = data.class_names, settings.exit_margin
    return Readout("excitatory", labels, data.classes, margin, nearest=False, class_names=names)


def network(settings: Settings, state: State, data: Dataset, provenance: dict[str, Any]) -> Network:
    """Return the network in ``state``. Raises ``InputError`` when it is impossible."""
    return Network(
        name=legal_name(data.name),
        dt=settings.constants["dt"],
        steps=settings.steps(settings.constants["shown"]),
        encoder=encoder(settings, state, data.shape),
        populations=tuple(_population(settings, state, layer) for layer in _layers(settings)),
        projections=_projections(settings, state),
        readout=readout(settings, state, data),
        provenance=provenance,
    )


def _layers(settings: Settings) -> list[str]:
    lateral = settings.constants["inhibition"] == "lateral"
    return ["excitatory"] if lateral else ["excitatory", "inhibitory"]


def _initial_synapses(settings: Settings, inputs: int) -> State:
    """Return random weights and the largest weight of each synapse, 0 where there is none."""
    c, n, rng = settings.constants, settings.neurons, np.random.default_rng([settings.seed, 0])
    weights = rng.random((inputs, n)) * c["initial_weight"]
    mask = pruning.random_mask(inputs, n, c["connected"], rng)
    return {
        "synapses.w": pruning.pruned(weights, mask).astype(np.float32),
        "synapses.limit": (mask * c["stdp"]["max_weight"]).astype(np.float32),
    }


def _projections(settings: Settings, state: State) -> tuple[Projection, ...]:
    coupling, layers = settings.constants["coupling"], _layers(settings)
    complete = (state["synapses.limit"] > 0).all()
    kind = kinds.synapse("dense" if complete else "sparse")
    found = [Projection(INPUT, "excitatory", kind, state["synapses.w"])]
    if len(layers) > 1:
        found.append(_uniform("excitatory", "inhibitory", "one_to_one", coupling["excite"]))
    back = _uniform(layers[-1], "excitatory", "lateral", coupling["inhibit"])
    return (*found, replace(back, receptor="inhibitory"))


def _uniform(source: str, target: str, kind: str, weight: float) -> Projection:
    """Return a projection whose synapses have one weight."""
    return Projection(source, target, kinds.synapse(kind), params={"weight": weight})


def _population(settings: Settings, state: State, layer: str) -> Population:
    table = settings.constants[layer]
    theta = state["excitatory.theta"].astype(float) if layer == "excitatory" else np.zeros(settings.neurons)
    params = {
        "threshold": (table["threshold"] + theta) * MILLI,
        **{name: table[key] * MILLI for name, key in POTENTIALS.items()},
        **{name: table[name] for name in TIMES},
    }
    return Population(layer, kinds.neuron("lif_cond_exp"), settings.neurons, params)
