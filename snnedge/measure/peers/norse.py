"""norse: Norse's integrate-and-fire and conductance neurons in a loop over time."""

from typing import Any

from ...model.network import Population
from ..contender import Task
from ._torch import Loop, Neurons, unknown

PACKAGES = ("norse", "torch")
INSTALL = "pip install norse"
SPIKING = True
BATCH = True


def obstacle(task: Task) -> str:
    return unknown(task, ("if_wta", "lif_cond_exp"))


class Cells(Neurons):
    """Norse's step functions with a step of one unit of its time."""

    def __init__(self, p: Population) -> None:
        from norse.torch.functional import coba_lif, iaf

        super().__init__(p)
        self.coba, self.iaf, numbers = coba_lif, iaf, p.params
        if p.kind == "if_wta":
            self.cell = iaf.IAFParameters(v_th=self.threshold)
        else:
            self.cell = coba_lif.CobaLIFParameters(
                tau_syn_exc_inv=1 - numbers["decay_e"],
                tau_syn_inh_inv=1 - numbers["decay_i"],
                c_m_inv=1.0,
                g_l=numbers["leak"],
                e_rev_E=numbers["reversal_e"],
                e_rev_I=numbers["reversal_i"],
                v_rest=0.0,
                v_reset=numbers["reset"],
                v_thresh=self.threshold,
            )

    def if_wta(self, excitation: Any, inhibition: Any) -> Any:
        """Select one winner: in Norse all neurons above the threshold fire."""
        best = (self.v + excitation - self.threshold).argmax(dim=1, keepdim=True)
        spikes, state = self.iaf.iaf_feed_forward_step(
            excitation, self.iaf.IAFFeedForwardState(self.v), self.cell, dt=1.0
        )
        first = self.torch.zeros_like(spikes).scatter_(1, best, spikes.gather(1, best))
        self.v = state.v * (1 - first.amax(dim=1, keepdim=True))
        return first

    def lif_cond_exp(self, excitation: Any, inhibition: Any) -> Any:
        """Undo two differences: Norse adds input before the decay, and inhibition is negative input."""
        p = self.params
        gi = self.gi + inhibition * (p["gain_i"] / p["decay_i"])
        state = self.coba.CobaLIFFeedForwardState(self.v, self.ge, gi)
        given = excitation * (p["gain_e"] / p["decay_e"])
        spikes, (self.v, self.ge, self.gi) = self.coba.coba_lif_feed_forward_step(
            given, state, self.cell, 1.0
        )
        return spikes


class Norse(Loop):
    """The loop, with a note on the difference of Norse's conductance neuron."""

    def __init__(self, task: Task) -> None:
        super().__init__(task, Cells)
        if task.network.populations[0].kind == "lif_cond_exp":
            self.note += "; its CobaLIF has no refractory period"


def open(task: Task) -> Norse:
    return Norse(task)
