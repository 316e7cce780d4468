"""The recipe `conductance` between its preset and Brian2: constants per step, the first state, rates."""

from dataclasses import replace
from typing import Any

import numpy as np

from .... import kinds
from ....data import Dataset
from ....data.contrast import enhanced
from ....kinds.encoders import poisson
from ....kinds.neurons.lif import rest_steps
from ....model.network import INPUT, Encoder, Network, Population, Projection, Readout
from ....simulator.arithmetic import FixedPoint
from ....support.checked import legal_name
from ... import pruning
from ...recipe import State
from .network import Shape
from .settings import Settings
from .simulator import Chunk, Constants

Q16 = 65536
NEURONS = 400  # of the smallest network for which theta_plus is as published
MILLI = 1e-3  # presets have mV, networks V
POTENTIALS = {"rest": "v_rest", "reset": "v_reset", "reversal_e": "e_exc", "reversal_i": "e_inh"}


def shape(settings: Settings, inputs: int, samples: int) -> Shape:
    """What is compiled, for chunks of ``samples`` samples."""
    c = settings.constants
    return Shape(inputs, settings.neurons, samples, c["rule"], c["normalize"], c["inhibition"] == "lateral")


def constants(settings: Settings, inputs: int) -> Constants:
    """All constants, times in steps: what the program is told."""
    c, stdp, coupling = settings.constants, settings.constants["stdp"], settings.constants["coupling"]
    exc = c["excitatory"]
    found = {
        "excitatory": _layer(settings, exc)
        | {
            "rise": exc["theta_plus"] * min(settings.neurons / NEURONS, 1),
            "remain": float(np.exp(-(c["shown"] + c["rest"]) / exc["tau_theta"])),
            "inhibition": coupling["inhibit"],
            "decay_fast": settings.decay(stdp["tau_post"]),
            "decay_slow": settings.decay(stdp["tau_slow"]),
            "a": stdp["a"],
            "b": stdp["b"],
            "target": c["normalize_to"] * (inputs if c["normalize"] == "sum" else 1),
        },
        "inputs": {"a": stdp["a"], "decay_trace": settings.decay(stdp["tau_pre"])},
    }
    if c["inhibition"] != "lateral":
        found["inhibitory"] = _layer(settings, c["inhibitory"]) | {"excitation": coupling["excite"]}
    return found


def _layer(settings: Settings, table: dict[str, float]) -> dict[str, float]:
    return {
        "rest": table["v_rest"],
        "reset": table["v_reset"],
        "base": table["threshold"],
        "e_exc": table["e_exc"],
        "e_inh": table["e_inh"],
        "dt_tau": settings.constants["dt"] / table["tau"],
        "most": table["tau"] / settings.constants["dt"],
        "decay_e": settings.decay(table["tau_e"]),
        "decay_i": settings.decay(table["tau_i"]),
        "pause": rest_steps(table["refractory"], settings.constants["dt"]),
    }


def beginning(settings: Settings, inputs: int) -> State:
    """Membranes at rest, random weights; of the synapses only some, if the preset wants that."""
    c, n, rng = settings.constants, settings.neurons, np.random.default_rng([settings.seed, 0])
    weights = rng.random((inputs, n)) * c["initial_weight"]
    mask = pruning.random_mask(inputs, n, c["connected"], rng)
    state = {
        "synapses.w": pruning.pruned(weights, mask).astype(np.float32),
        "synapses.limit": (mask * c["stdp"]["max_weight"]).astype(np.float32),
        "inputs.trace": np.zeros(inputs, np.float32),
        "pool.others": np.zeros(1, np.float32),
    }
    layers = ["excitatory"] if c["inhibition"] == "lateral" else ["excitatory", "inhibitory"]
    for layer in layers:
        state[f"{layer}.v"] = np.full(n, c[layer]["v_rest"], np.float32)
        state[f"{layer}.ge"] = np.zeros(n, np.float32)
        state[f"{layer}.resting"] = np.zeros(n, np.int32)
    zeros = {f"excitatory.{name}": np.zeros(n, np.float32) for name in ("gi", "post", "slow", "own")}
    return state | zeros | {"excitatory.theta": np.full(n, c["excitatory"]["theta"], np.float32)}


def rates(settings: Settings, images: np.ndarray) -> np.ndarray:
    """Q16 spikes per step at intensity 1 of uint8 images (n, rows, columns), float (n, inputs)."""
    c = settings.constants
    return np.asarray(images.reshape(len(images), -1) * (c["rate"] * c["dt"] * Q16 / 255))


def presented(settings: Settings, images: np.ndarray) -> np.ndarray:
    """``images`` as they are shown: with contrast enhanced, if the preset wants that."""
    table = settings.constants["enhance"]
    return enhanced(images, **table) if table["window"] else images


def encoder(settings: Settings, state: State, size: tuple[int, int]) -> Encoder:
    """Of the network: the intensity is the one at which samples were last presented."""
    rate = min(settings.constants["rate"] * float(state["intensity"][0]), 1 / settings.constants["dt"])
    return Encoder(kinds.encoder("poisson"), size, {"max_rate": rate, "seed": settings.seed % 2**31})


def chances(source: Encoder, dt: float, images: np.ndarray) -> np.ndarray:
    """Q16 spikes per step that ``source`` makes of images, int (n, inputs); the model's to the bit."""
    params = poisson.quantize(poisson.discretize(source.params, 1, dt))
    return poisson.begin(params, images.reshape(len(images), -1), FixedPoint(len(images)))["chance"]


def still(source: Encoder, dt: float, steps: int, images: np.ndarray) -> Chunk:
    """``images`` shown to a network that does not learn, as the exported one sees them: from rest, once."""
    return Chunk(
        rates=chances(source, dt, images),
        gains=np.zeros(len(images)),
        seed=int(source.params["seed"]),
        stride=0,
        length=steps,
        driven=steps,
        initial=1,
        least=0,
        cap=1,
        keep=False,
    )


def readout(settings: Settings, state: State, data: Dataset) -> Readout:
    """Each excitatory spike is a vote; a sample without spikes stays undecided."""
    labels = state["labels"].astype(np.int16)
    return Readout("excitatory", labels, data.classes, settings.exit_margin, nearest=False)


def network(settings: Settings, state: State, data: Dataset, provenance: dict[str, Any]) -> Network:
    """The network in ``state``. Raises ``InputError`` when it is impossible."""
    c, weights = settings.constants, state["synapses.w"]
    lateral = c["inhibition"] == "lateral"
    layers = ["excitatory"] if lateral else ["excitatory", "inhibitory"]
    whole = (state["synapses.limit"] > 0).all()
    projections = [Projection(INPUT, "excitatory", kinds.synapse("dense" if whole else "sparse"), weights)]
    if not lateral:
        projections.append(_single("excitatory", "inhibitory", "one_to_one", c["coupling"]["excite"]))
    back = _single(layers[-1], "excitatory", "all_but_self", c["coupling"]["inhibit"])
    projections.append(replace(back, receptor="inhibitory"))
    return Network(
        name=legal_name(data.name),
        dt=c["dt"],
        steps=settings.steps(c["shown"]),
        encoder=encoder(settings, state, data.shape),
        populations=tuple(_population(settings, state, layer) for layer in layers),
        projections=tuple(projections),
        readout=readout(settings, state, data),
        provenance=provenance,
    )


def _single(source: str, target: str, kind: str, weight: float) -> Projection:
    """Synapses with one weight."""
    return Projection(source, target, kinds.synapse(kind), params={"weight": weight})


def _population(settings: Settings, state: State, layer: str) -> Population:
    table = settings.constants[layer]
    theta = state["excitatory.theta"].astype(float) if layer == "excitatory" else np.zeros(settings.neurons)
    params = {
        "threshold": (table["threshold"] + theta) * MILLI,
        **{ours: table[theirs] * MILLI for ours, theirs in POTENTIALS.items()},
        **{name: table[name] for name in ("tau", "tau_e", "tau_i", "refractory")},
    }
    return Population(layer, kinds.neuron("lif_cond_exp"), settings.neurons, params)
