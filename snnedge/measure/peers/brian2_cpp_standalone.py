"""brian2_cpp_standalone: Brian2 as released, in its fastest mode: the network without learning as C++.

Single precision. Only the loop over time is measured, without the start of the program and the encoder:
a SpikeGeneratorGroup plays its spikes back. Inhibition by all others is one number, as a matrix is slower.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from ...brian2_program.order import STEP
from ...brian2_program.program import Program
from ...model.network import INPUT, Population, Projection, inputs_of
from ..contender import Contender, Task, vote

PACKAGES = ("brian2",)
INSTALL = "pip install 'snnedge[train]'"
SPIKING = True
BATCH = False


@dataclass(frozen=True)
class Kind:
    """A neuron kind in Brian2's equations: code of a step ``before`` and ``after`` its synapses.

    ``state``: variables that are 0 at the start of a sample. ``numbers``: parameters that all neurons
    share. ``pause`` is the refractory period, as Brian2 reserves that word.
    """

    state: str
    numbers: str
    before: str
    after: str
    fires: str
    reset: str
    linked: str = ""


KINDS = {
    "if_wta": Kind("v", "", "", "", "i == winner", "", "winner : integer (linked)"),
    "lif": Kind(
        state="v refractory_left",
        numbers="decay pause reset",
        before="v *= decay",
        after="v *= int(refractory_left == 0); refractory_left -= int(refractory_left > 0)",
        fires="refractory_left == 0 and v > threshold",
        reset="v = reset * (v - threshold); refractory_left = pause",
    ),
    "lif_cond_exp": Kind(
        state="v ge gi own refractory_left",
        numbers="decay_e decay_i leak reversal_e reversal_i pause reset lateral",
        before="ge *= decay_e; gi = gi * decay_i + lateral * (others - own); own = 0",
        after="""
            ge -= (ge - 1) * int(ge > 1)
            gi -= (gi - 1) * int(gi > 1)
            v -= leak * v
            v += ge * (reversal_e - v)
            v += gi * (reversal_i - v)
            v = reset + int(refractory_left == 0) * (v - reset)
            refractory_left -= int(refractory_left > 0)""",
        fires="refractory_left == 0 and v > threshold",
        reset="v = reset; refractory_left = pause",
        linked="others : 1 (linked)",
    ),
}
ELECT = """
winner_post += (i - winner_post) * int(v_pre - threshold_pre > best_post)
best_post = clip(v_pre - threshold_pre, best_post, inf)
"""


Inputs = Callable[[ModuleType, Task], Any]  # declares the group "inputs" in Brian2


def played_back(b: ModuleType, task: Task) -> Any:
    """Declare the encoder's spikes, sample after sample, as the group "inputs"."""
    step, source = np.nonzero(task.spikes.reshape(-1, task.spikes.shape[2]))
    return b.SpikeGeneratorGroup(
        task.spikes.shape[2], source, step * STEP * b.second, sorted=True, name="inputs"
    )


def obstacle(task: Task) -> str:
    order = [INPUT, *(p.name for p in task.network.populations)]
    for p in task.network.populations:
        if p.kind not in KINDS:
            return f"has no {p.kind}, only {', '.join(KINDS)}"
    for s in task.network.projections:
        lateral = s.kind == "lateral" and s.receptor == "inhibitory"
        forward = order.index(s.source) < order.index(s.target) and s.receptor == "excitatory"
        if s.delay or not (lateral or (forward and s.kind != "lateral")):
            return f"has no {s.kind} from {s.source} to {s.target}, only forward and lateral"
    return ""


class Brian2(Contender):
    """One run of the program for all samples; ``inputs`` declares the group of its inputs."""

    def __init__(self, task: Task, inputs: Inputs, note: str) -> None:
        self.network, self.samples, self.spent = task.network, len(task.images), 0.0
        self.clock, self.note = lambda: self.spent, note
        self._program = Program(lambda b: _Builder(b, task, inputs).monitor)

    def answer(self, part: slice) -> np.ndarray:
        return vote(self.counts(part), self.network.readout)

    def counts(self, part: slice) -> np.ndarray:
        """Count the spikes of each readout neuron in each sample of ``part``, int (n, neurons)."""
        spikes = self._program.parts
        found = self._program.execute({}, {"t": lambda: spikes.t, "i": lambda: spikes.i[:]})
        self.spent += self._program.run_seconds
        sample = np.rint(found["t"] / STEP).astype(int) // self.network.steps
        counts = np.zeros((self.samples, len(self.network.readout.labels)), np.int64)
        np.add.at(counts, (sample, found["i"]), 1)
        return counts[part]

    def close(self) -> None:
        self._program.close()


def open(task: Task) -> Brian2:
    """Compile the network. Raises ``ToolError`` without Brian2 or a compiler."""
    return Brian2(task, played_back, "its loop over time alone, on the encoder's spikes")


class _Builder:
    """The network's declaration for a run of all samples. ``order``: the code objects of a step."""

    def __init__(self, b: ModuleType, task: Task, declare: Inputs) -> None:
        b.defaultclock.dt = STEP * b.second
        self.b, self.net = b, task.network
        duration = self.net.steps * STEP * b.second
        self.sample = b.Clock(duration, name="sample")
        inputs = declare(b, task)
        self.groups: dict[str, Any] = {INPUT: inputs}
        self.order: list[Any] = [getattr(inputs, "thresholder", {}).get("spike", inputs)]
        self.more: list[Any] = []  # whatever else belongs to the network
        for p in self.net.populations:
            self._population(p)
        self._laterals()
        for place, item in enumerate(self.order):
            item.when, item.order = "thresholds", place
        self.monitor = b.SpikeMonitor(self.groups[self.net.readout.population], name="spikes")
        network = b.Network(*self.groups.values(), *self.more, self.monitor)
        network.run(len(task.images) * duration)

    def _population(self, p: Population) -> None:
        kind = KINDS[p.kind.name]
        self.groups[p.name] = group = self._group(p, kind)
        self._regularly(group, kind.before, f"before_{p.name}")
        for s in inputs_of(self.net, p.name):
            if s.kind != "lateral":
                self.order.append(self._synapses(s, p))
        self._regularly(group, kind.after, f"after_{p.name}")
        if p.kind == "if_wta":
            self._election(p, group)
        self.order += [group.thresholder["spike"], *group.resetter.values()]
        if p.kind == "if_wta":
            self._regularly(group, "v *= int(winner < 0)", f"end_{p.name}")

    def _group(self, p: Population, kind: Kind) -> Any:
        words = [f"{name} : 1" for name in (*kind.state.split(), "threshold")]
        words += [f"{name} : 1 (shared)" for name in kind.numbers.split()]
        words += [kind.linked] if kind.linked else []
        events = {"candidate": "v > threshold"} if p.kind == "if_wta" else {}
        group = self.b.NeuronGroup(
            p.size,
            "\n".join(words),
            threshold=kind.fires,
            reset=kind.reset or None,
            events=events,
            name=p.name,
        )
        begin = "; ".join(f"{name} = 0" for name in kind.state.split())
        group.run_regularly(begin, clock=self.sample, when="start", name=f"begin_{p.name}")
        group.threshold = p.params["threshold"]
        numbers = {
            "pause": p.params.get("refractory"),
            "lateral": 0.0,
            **p.params,
        }  # Brian2 has a `refractory`
        for name in kind.numbers.split():
            setattr(group, name, numbers[name])
        return group

    def _regularly(self, group: Any, code: str, name: str) -> None:
        if code:
            self.order.append(group.run_regularly(code, name=name))

    def _synapses(self, s: Projection, target: Population) -> Any:
        """Declare a projection. Conductances are fractions per step (lif_cond_exp)."""
        conducts = target.kind == "lif_cond_exp"
        gain = target.params["gain_e"] if conducts else 1.0
        synapses = self.b.Synapses(
            self.groups[s.source],
            self.groups[s.target],
            "w : 1",
            on_pre={"propagate": f"{'ge' if conducts else 'v'}_post += w"},
            name=f"{s.source}_{s.target}",
        )
        if s.kind == "one_to_one":
            synapses.connect(j="i")
            synapses.w = gain * s.params["weight"]
        else:
            synapses.connect()
            synapses.w = (gain * s.weights).ravel()
        self.more.append(synapses)
        return synapses.propagate

    def _election(self, p: Population, group: Any) -> None:
        """Declare the election: only the candidate furthest above its threshold fires."""
        arbiter = self.b.NeuronGroup(1, "best : 1\nwinner : integer", name=f"arbiter_{p.name}")
        arbiter.winner = -1
        group.winner = self.b.linked_var(arbiter, "winner")
        election = self.b.Synapses(
            group,
            arbiter,
            on_pre={"elect": ELECT},
            on_event={"elect": "candidate"},
            name=f"election_{p.name}",
        )
        election.connect()
        self.more += [arbiter, election]
        self._regularly(arbiter, "winner = -1; best = 0", f"poll_{p.name}")
        self.order += [group.thresholder["candidate"], election.elect]

    def _laterals(self) -> None:
        """Declare the sum that all neurons add to each other, and the share of each to subtract."""
        for p in (p for p in self.net.populations if p.kind == "lif_cond_exp"):
            pool = self.b.NeuronGroup(1, "others : 1", name=f"pool_{p.name}")
            group = self.groups[p.name]
            group.others = self.b.linked_var(pool, "others")
            pool.run_regularly("others = 0", clock=self.sample, when="start", name=f"drain_{p.name}")
            self.more.append(pool)
            self._regularly(pool, "others = 0", f"empty_{p.name}")
            for s in inputs_of(self.net, p.name):
                if s.kind == "lateral":
                    group.lateral = p.params["gain_i"] * s.params["weight"]
                    self._connect(s, pool, "others_post += 1", "gather")
                    self._connect(s, group, "own_post = 1", "spare")

    def _connect(self, s: Projection, target: Any, code: str, name: str) -> None:
        synapses = self.b.Synapses(self.groups[s.source], target, on_pre=code, name=f"{name}_{s.target}")
        synapses.connect(**({"j": "i"} if name == "spare" else {}))
        self.more.append(synapses)
        self.order.append(synapses.pre)
