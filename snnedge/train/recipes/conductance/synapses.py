"""Synapses of the `conductance` network: the plastic ones of the inputs, and fixed paths of one weight."""

from types import ModuleType
from typing import Any

from ....brian2_program.compile import connect_all
from .equations import (
    BEGIN_EXCITATORY,
    BEGIN_INHIBITORY,
    BEGIN_INPUTS,
    END_INPUTS,
    RULES,
    SCALE,
    SYNAPSES,
    TALLY,
    WITHIN,
)

ONE_TO_ONE = ("spare", "excite")  # paths; all others connect all to all, where one end is a single neuron


def plastic_synapses(b: ModuleType, rule: str, normalize: str, inputs: Any, neurons: Any) -> Any:
    """Declare the synapses that learn by ``rule``, with the weight normalisation ``normalize``."""
    chosen = RULES[rule]
    before = {"tally": TALLY[normalize], "scale": f"{SCALE}; {WITHIN}"} if normalize != "none" else {}
    synapses = b.Synapses(
        inputs,
        neurons,
        SYNAPSES,
        on_pre={**before, "propagate": f"ge_post += w; {chosen.on_pre}; {WITHIN}"},
        on_post={"learn": f"{chosen.on_post}; {WITHIN}"},
        on_event=dict.fromkeys(before, "present"),
        name="synapses",
    )
    connect_all(synapses, "propagate", *before)
    return synapses


def fixed_paths(
    b: ModuleType, control: Any, pool: Any, layers: list[Any], series: dict[str, Any]
) -> dict[str, Any]:
    """Declare the paths that do not learn: one neuron to all of a layer, all to one, or one to one.

    ``layers``: inputs, excitatory neurons and, unless inhibition is lateral, inhibitory neurons.
    """
    paths = {}
    for name, (source, target, code, event, names) in _path_table(control, pool, layers, series).items():
        paths[name] = b.Synapses(
            source, target, on_pre=code, on_event=event, namespace=dict(names), name=name
        )
        paths[name].connect(**({"j": "i"} if name in ONE_TO_ONE else {}))
    return paths


def _path_table(
    control: Any, pool: Any, layers: list[Any], series: dict[str, Any]
) -> dict[str, tuple[Any, ...]]:
    """Return source, target, code, event and namespace of each path, by name."""
    inputs, neurons, last = layers[0], layers[1], layers[-1]
    table: dict[str, tuple[Any, ...]] = {
        "begin_inputs": (control, inputs, BEGIN_INPUTS, "present", series),
        "begin_pool": (control, pool, "others_post *= keep_pre", "present", {}),
        "end_inputs": (control, inputs, END_INPUTS, "quiet", {}),
        "begin_excitatory": (control, neurons, BEGIN_EXCITATORY, "present", {}),
        "count": (neurons, control, "fired_post += 1", "spike", {}),
        "gather": (last, pool, "others_post += 1", "spike", {}),
        "spare": (last, neurons, "own_post = 1", "spike", {}),
    }
    if len(layers) > 2:
        table["begin_inhibitory"] = (control, last, BEGIN_INHIBITORY, "present", {})
        table["excite"] = (neurons, last, "ge_post += excitation_post", "spike", {})
    return table
