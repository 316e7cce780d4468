"""The names in users' files: those with a value for the model, dynamics, and bookkeeping.

A name is looked up in its own letter case first, then in lower case.
"""

from collections.abc import Mapping

ALIASES: Mapping[str, tuple[str, ...]] = {
    "weights": ("weights", "w", "s_w", "w_input", "input_weights", "xeae"),
    "i": ("i", "s_i", "syn_i"),
    "j": ("j", "s_j", "syn_j"),
    "theta": ("theta", "thetas", "adaptive_threshold", "theta_a"),
    "offset": ("offset", "theta_offset"),
    "threshold": (
        "threshold", "v_thresh", "v_threshold", "v_thres", "v_th", "vth", "vt", "thresh", "v_thresh_e",
    ),
    "rest": ("v_rest", "vrest", "rest", "e_l", "el", "v_rest_e"),
    "v_reset": ("v_reset", "vreset", "vr", "v_reset_e"),
    "reset": ("reset",),
    "labels": ("labels", "assignments", "neuron_labels", "label_map"),
    "classes": ("classes", "n_classes", "num_classes"),
    "steps": ("steps", "n_steps", "num_steps", "time_steps", "timesteps"),
    "duration": ("duration", "present_time", "presentation_time", "single_example_time"),
    "dt": ("dt", "timestep", "time_step", "sim_dt"),
    "shape": ("shape", "input_shape", "image_shape"),
    "inputs": ("n_input", "n_inputs", "num_inputs", "n_in", "n_inp", "input_size"),
    "neurons": ("n_e", "n_exc", "n_neurons", "num_neurons", "neurons"),
    "tau": ("tau", "tau_m", "taum", "tau_mem", "tau_membrane", "tc_decay"),
    "refractory": ("refractory", "refrac", "t_ref", "tau_ref", "refrac_e"),
    "tau_e": ("tau_e", "taue", "tau_ge", "tau_syn_e", "tau_exc"),
    "tau_i": ("tau_i", "taui", "tau_gi", "tau_syn_i", "tau_inh"),
    "reversal_e": ("reversal_e", "e_exc", "e_rev_e", "v_exc"),
    "reversal_i": ("reversal_i", "e_inh", "e_rev_i", "v_inh"),
}  # fmt: skip

DYNAMICS = frozenset(
    (
        # parameters of neuron models without a kind: Izhikevich, AdEx, currents, noise
        "a", "b", "c", "d", "u", "delta_t", "v_cut", "v_peak", "v_spike", "tau_w", "I", "i_ext",
        "i_offset", "i_bias", "bias", "current", "sigma", "noise", "g_l", "gl", "g_leak", "c_m", "cm",
        "capacitance", "resistance", "r_m", "tau_syn", "tau_s", "decay", "beta", "alpha", "lbound",
        # synapses and connections besides the input weights
        "delay", "delays", "w_inh", "w_exc", "w_rec", "w_ei", "w_ie", "w_ee", "w_ii", "inhibition",
        "inh", "lateral", "recurrent", "recurrent_weights", "xeai", "aeai", "aiae", "aeae", "xiae",
        "v_thresh_i", "v_rest_i", "v_reset_i", "refrac_i", "tau_m_i", "rates", "rate",
    )
)  # fmt: skip

BOOKKEEPING = frozenset(
    (
        # training: no part of inference
        "theta_plus", "theta_plus_e", "tc_theta", "tc_theta_decay", "theta_decay", "tau_theta", "nu",
        "nu_ee_pre", "nu_ee_post", "nu_pre", "nu_post", "eta", "eta_pre", "eta_post", "lr",
        "learning_rate", "taupre", "taupost", "tau_pre", "tau_post", "tc_pre_ee", "tc_post_1_ee",
        "tc_post_2_ee", "tau_plus", "tau_minus", "a_plus", "a_minus", "apre", "apost", "dapre", "dapost",
        "wmax", "w_max", "wmin", "w_min", "gmax", "norm", "weight_decay", "exp_ee_pre", "exp_ee_post",
        "wmax_ee", "sta", "epochs", "n_epochs", "epoch", "batch_size", "n_train", "n_test",
        "update_interval", "reward",
        # records of the run and of its results
        "seed", "accuracy", "acc", "loss", "date", "time", "version", "author", "comment", "notes",
        "description", "name", "title", "dataset", "data", "history", "performance", "spike_counts",
        "confusion", "path", "url", "git", "commit", "host", "result", "results", "log",
        # variables that Brian2's get_states() gives besides
        "N", "t", "t_in_timesteps", "lastupdate", "lastspike", "not_refractory", "N_pre", "N_post",
        "N_incoming", "N_outgoing", "_synaptic_pre", "_synaptic_post", "v", "ge", "gi",
    )
)  # fmt: skip


def value_of(name: str) -> str:
    """Return the key of ``ALIASES`` that ``name`` is a name of, or "" if it is no value of the model."""
    if name in DYNAMICS or name in BOOKKEEPING:
        return ""
    return next((key for key, names in ALIASES.items() if name.lower() in names), "")


def is_dynamics(name: str) -> bool:
    """Return whether ``name`` changes the dynamics: a value of the model or of another model."""
    return bool(value_of(name)) or bool({name, name.lower()} & DYNAMICS)


def is_bookkeeping(name: str) -> bool:
    """Return whether ``name`` belongs to training or to the record of a run."""
    return bool({name, name.lower()} & BOOKKEEPING)
