"""The order of events within a time step of the `conductance` network."""

from typing import Any

from .equations import INHIBITORY_MEMBRANE, LEAK, MEMBRANE, NEXT, START


def step_order(
    control: Any, pool: Any, layers: list[Any], synapses: Any, paths: dict[str, Any]
) -> list[Any]:
    """Return all Brian2 objects that act in a step, first to last; ``layers`` as in ``fixed_paths``."""
    inputs, neurons, last = layers[0], layers[1], layers[-1]
    return [
        *_begin(control, inputs, synapses, paths),
        inputs.run_regularly("trace *= decay_trace", name="forget_inputs"),
        inputs.thresholder["spike"],
        inputs.resetter["spike"],
        *_excitatory(neurons, pool, synapses),
        paths["count"].pre,
        *(_inhibitory(last, paths) if len(layers) > 2 else []),
        paths["gather"].pre,
        paths["spare"].pre,
        control.run_regularly(NEXT, name="next"),
    ]


def _begin(control: Any, inputs: Any, synapses: Any, paths: dict[str, Any]) -> list[Any]:
    """Return the objects that begin a presentation or end its input; weights are normalised in between."""
    normalize = [getattr(synapses, name) for name in ("tally", "scale") if hasattr(synapses, name)]
    return [
        control.run_regularly(START, name="start"),
        *control.thresholder.values(),
        *[path.pre for name, path in paths.items() if name.startswith("begin")],
        paths["end_inputs"].pre,
        inputs.thresholder["present"],
        *normalize,
    ]


def _excitatory(neurons: Any, pool: Any, synapses: Any) -> list[Any]:
    return [
        neurons.run_regularly(LEAK, name="leak"),
        pool.run_regularly("others = 0", name="empty_pool"),
        synapses.propagate,
        neurons.run_regularly(MEMBRANE, name="membrane"),
        neurons.thresholder["spike"],
        synapses.learn,
        neurons.resetter["spike"],
    ]


def _inhibitory(neurons: Any, paths: dict[str, Any]) -> list[Any]:
    return [
        neurons.run_regularly("ge *= decay_e", name="leak_inhibitory"),
        paths["excite"].pre,
        neurons.run_regularly(INHIBITORY_MEMBRANE, name="membrane_inhibitory"),
        neurons.thresholder["spike"],
        neurons.resetter["spike"],
    ]
