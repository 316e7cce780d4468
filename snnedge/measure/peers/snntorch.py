"""snntorch: snnTorch's Leaky neurons in a loop over time; winner-take-all by its own inhibition."""

from typing import Any

from ...model.network import Population
from ..contender import Task
from ._torch import Loop, Neurons, unknown

PACKAGES = ("snntorch", "torch")
INSTALL = "pip install snntorch"
SPIKING = True
BATCH = True


def obstacle(task: Task) -> str:
    if why := unknown(task, ("if_wta", "lif")):
        return why
    refractory = any(p.params.get("refractory") for p in task.network.populations)
    return "has no refractory period" if refractory else ""


class Leaky(Neurons):
    """One ``snntorch.Leaky``, with the reset of all losers that its inhibition lacks."""

    def __init__(self, p: Population) -> None:
        import snntorch

        super().__init__(p)
        reset = ("zero", "subtract")[p.params["reset"]] if p.kind == "lif" else "none"
        self.cell = snntorch.Leaky(
            beta=p.params.get("decay", 1.0),
            threshold=self.threshold,
            inhibition=p.kind == "if_wta",
            reset_mechanism=reset,
            reset_delay=False,
        )

    def step(self, excitation: Any, inhibition: Any) -> Any:
        spikes, self.v = self.cell(excitation, self.v)
        if self.kind == "if_wta":
            self.v = self.v * (1 - spikes.amax(dim=1, keepdim=True))
        return spikes


def open(task: Task) -> Loop:
    return Loop(task, Leaky)
