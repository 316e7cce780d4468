"""The integer time loop as one ONNX graph: the order of a step is that of integer-contract.md.

The samples of a batch run side by side, until the last of them is decided. Later steps of a decided sample
have no effect on its outcome.
"""

import numpy as np
import onnx

from ...model.integer_model import IntegerModel
from ...model.network import INPUT, Projection, inputs_of, unit_count
from ...model.outcome import NEVER
from . import readout as decision
from .lowering import lowering
from .sources import SOURCES, Source
from .synaptic_input import SynapticInput
from .tensor import INT32, Graph, Parts, State, Tensor

ABOUT = "An integer spiking network, written by snnedge. Its outputs equal those of snnedge's runtime."


def build(model: IntegerModel, form: str) -> onnx.GraphProto:
    """Return the graph of ``model`` for the input ``form``, "image" or "spikes".

    Raises ``InputError`` for a kind without a lowering.
    """
    graph = Graph()
    source: Source = SOURCES[form](graph, model)

    def body(step: Tensor, parts: Parts) -> tuple[Tensor, State]:
        return _step(model, source, step, parts)

    parts, recorded = graph.loop(model.steps, _initial(model, source), body)
    _outputs(graph, model, parts, recorded)
    return graph.finished(model.name, ABOUT)


def _neurons(name: str) -> str:
    """Return the key of a population in the state of the loop."""
    return f"neurons {name}"


def _initial(model: IntegerModel, source: Source) -> Parts:
    """Return the state of all parts before the first step."""
    zero = source.zero
    none = (zero > 0).reshape(0, 1, 1)
    sizes = {name: unit_count(model, name) for name in _order(model)}
    lags = {name: _lags(model, name) for name in sizes}
    mapped = model.encoder.kind.keeps_map
    return {
        "encoder": source.initial(),
        "map": {INPUT: (zero > 0).expand(1, model.encoder.size)} if mapped else {},
        "past": {name: none.expand(1, lag, sizes[name]) for name, lag in lags.items() if lag},
        **{_neurons(p.name): lowering("neurons", p.kind.name).initial(p, zero) for p in model.populations},
        "decision": decision.initial(model.readout, zero),
    }


def _order(model: IntegerModel) -> list[str]:
    """Return the names of all sources in the order of evaluation."""
    return [INPUT, *(p.name for p in model.populations)]


def _lag(model: IntegerModel, s: Projection) -> int:
    """Return the steps since the arriving spikes of ``s`` were sent, one more if its source comes later."""
    order = _order(model)
    return int(s.delay) + (order.index(s.source) >= order.index(s.target))


def _lags(model: IntegerModel, source: str) -> int:
    """Return the number of earlier steps whose spikes of ``source`` are read."""
    return max((_lag(model, s) for s in model.projections if s.source == source), default=0)


def _step(model: IntegerModel, source: Source, step: Tensor, parts: Parts) -> tuple[Tensor, State]:
    """Write one time step; return whether to go on, and the readout's spikes and membranes to record."""
    sent = {INPUT: source.step(parts["encoder"], step)}
    parts["map"].update({name: active | sent[name] for name, active in parts["map"].items()})
    events: list[Tensor] = []
    for p in model.populations:
        arriving = [_arriving(model, s, sent, parts) for s in inputs_of(model, p.name)]
        inputs = SynapticInput(model, p, step, arriving)
        sent[p.name] = lowering("neurons", p.kind.name).step(p, parts[_neurons(p.name)], inputs)
        events += inputs.events
    parts["past"].update({name: _shifted(past, sent[name]) for name, past in parts["past"].items()})
    voters, state = model.readout.population, parts["decision"]
    running, v = state["running"], parts[_neurons(voters)]["v"]
    recorded = {"spikes": sent[voters] & running, "membrane": running.where(v, 0).to(np.int16)}
    decision.advance(model.readout, state, sent[INPUT], recorded["spikes"], events)
    return decision.goes_on(model.readout, state), recorded


def _arriving(model: IntegerModel, s: Projection, sent: State, parts: Parts) -> Tensor:
    """Return the map that ``s`` reads, or its arriving spikes: bool (n, sources)."""
    if s.kind.reads_map:
        return parts["map"][s.source]
    lag = _lag(model, s)
    return parts["past"][s.source].take(lag - 1, 1) if lag else sent[s.source]


def _shifted(past: Tensor, spikes: Tensor) -> Tensor:
    """Return ``past``, bool (n, steps, size), newest first, with ``spikes`` in place of the oldest."""
    return past.graph.concat(spikes.unsqueeze(1), past.slice(0, -1, axis=1), axis=1)


def _outputs(graph: Graph, model: IntegerModel, parts: Parts, recorded: State) -> None:
    """Write the outputs, with the names and types of ``Outcome`` and ``Trace``."""
    readout, size = model.readout, len(model.readout.labels)
    state, neurons = parts["decision"], parts[_neurons(readout.population)]
    (population,) = (p for p in model.populations if p.name == readout.population)
    distance = neurons["v"] - population.params["threshold"]
    spikes, membrane = (_whole(model, recorded[name]) for name in ("spikes", "membrane"))
    counts = spikes.to(INT32).sum(1)
    first = (counts > 0).where(spikes.to(np.uint8).argmax(1).to(INT32), NEVER)
    per_sample = {"labels": "int16", "steps": "uint16", "input_spikes": "uint32", "saturations": "uint32"}
    values = state | {"labels": decision.answer(readout, state, distance)}
    for name, dtype in per_sample.items():
        graph.output(name, values[name].reshape(-1), dtype, ("n",))
    for name, value in {"spike_counts": counts, "first_spikes": first}.items():
        graph.output(name, value.reshape(0, size), "uint16", ("n", size))
    graph.output("spikes", spikes, "bool", ("n", model.steps, size))
    graph.output("membrane", membrane, "int16", ("n", model.steps, size))


def _whole(model: IntegerModel, stack: Tensor) -> Tensor:
    """Return ``stack`` (steps run, n, size) as (n, steps, size), with 0 in the steps not run."""
    run = stack.graph.op("Transpose", stack, perm=[1, 0, 2])
    if not model.readout.exit_margin:
        return run
    n, steps, size = (run.shape().slice(k, k + 1, 0) for k in range(3))
    rest = run.graph.zeros(run.graph.concat(n, model.steps - steps, size, axis=0), run.dtype)
    return run.graph.concat(run, rest, axis=1)
