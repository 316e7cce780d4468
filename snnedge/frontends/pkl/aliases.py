"""Values by the names that users' Brian2 scripts give them, with their physical dimensions."""

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np

from ...errors import InputError
from ...model.limits import MAX_UNITS
from ...support.checked import Fields, show
from .allowed_names import Quantity
from .options import OPTIONS, flag

SEARCHED_DICTS = ("config", "params", "parameters")  # keys whose dicts may hold values, too
ALIASES: Mapping[str, tuple[str, ...]] = {  # letter case does not matter
    "weights": ("weights", "w", "s_w", "w_input", "input_weights", "xeae"),
    "i": ("i", "s_i", "syn_i"),
    "j": ("j", "s_j", "syn_j"),
    "theta": ("theta", "thetas", "adaptive_threshold"),
    "threshold": ("threshold", "v_thresh", "v_threshold", "v_thres", "v_th", "vth"),
    "rest": ("v_rest", "vrest", "e_l", "el"),
    "labels": ("labels", "assignments", "neuron_labels", "label_map"),
    "classes": ("classes", "n_classes", "num_classes"),
    "steps": ("steps", "n_steps", "num_steps", "time_steps", "timesteps"),
    "duration": ("duration", "present_time", "presentation_time", "single_example_time"),
    "dt": ("dt", "timestep", "time_step", "sim_dt"),
    "shape": ("shape", "input_shape", "image_shape"),
    "inputs": ("n_input", "n_inputs", "num_inputs", "n_in", "n_inp", "input_size"),
    "neurons": ("n_e", "n_exc", "n_neurons", "num_neurons", "neurons"),
    "tau": ("tau", "tau_m", "taum", "tau_mem", "tau_membrane"),
    "refractory": ("refractory", "refrac", "t_ref", "tau_ref"),
}

Dimension = tuple[float, ...]
DIMENSIONLESS: Dimension = (0.0,) * 7
SECOND: Dimension = (0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0)
UNIT_TEXTS = {
    DIMENSIONLESS: "no unit",
    SECOND: "unit second",
    (0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0): "unit hertz",
    (2.0, 1.0, -3.0, -1.0, 0.0, 0.0, 0.0): "unit volt",
}


def unit(dimension: Dimension) -> str:
    """Return the words for ``dimension`` in a message."""
    return UNIT_TEXTS.get(dimension, f"dimension {dimension}")


class ScriptValues:
    """The values of ``file``, whose content is ``content``, and of ``supplied``, which take precedence.

    Values that are needed and missing are collected, so that ``finish`` can list them all in one line.
    """

    def __init__(self, file: str, content: dict[Any, Any], supplied: Mapping[str, Any]) -> None:
        self.file = file
        self.supplied = supplied
        self.entries = _entries(content)
        self._paths: dict[str, list[str]] = {}
        for path in self.entries:
            self._paths.setdefault(path.rpartition(".")[2].lower(), []).append(path)
        self._used: set[str] = set()
        self._missing: dict[str, str] = {}

    def error(self, problem: str) -> InputError:
        """Return the error about ``problem``, naming the file."""
        return InputError(f"{self.file}: {problem}")

    def get(self, name: str) -> Any:
        """Return the value of ``name``: supplied, or from the file under one of its aliases, or None."""
        if name in self.supplied:
            return self.supplied[name]
        paths = [path for alias in ALIASES.get(name, ()) for path in self._paths.get(alias, ())]
        if len(paths) > 1:
            raise self.error(f"gives {name} {len(paths)} times ({_listed(paths)}); keep one")
        self._used.update(paths)
        return self.entries[paths[0]] if paths else None

    def need(self, name: str, hint: str = "") -> Any:
        """Return the value of ``name``, like ``get``; record it as missing if there is none."""
        value = self.get(name)
        if value is None:
            option = OPTIONS[name]
            what = option.metavar if isinstance(option.metavar, str) else " ".join(option.metavar)
            self._missing[name] = f"no {name}: give {flag(name)} {what} ({hint or option.help})"
        return value

    def finish(self) -> None:
        """Raise one ``InputError`` for all missing values; warn of those that were not used."""
        if self._missing:
            raise self.error(f"has {'; '.join(self._missing.values())}")
        if self.unused():
            listed = _listed(self.unused())
            logging.getLogger("snnedge").warning("%s: not part of the model: %s", self.file, listed)

    def unused(self) -> list[str]:
        """List the paths in the file from which no value was taken."""
        return [path for path in self.entries if path not in self._used]

    def size(self, name: str) -> int | None:
        """Return the integer ``name``, in 1..``MAX_UNITS``, or None."""
        value = self.get(name)
        return None if value is None else Fields({name: value}, self.file).integer(name, 1, MAX_UNITS)

    def quantity(self, name: str) -> tuple[np.ndarray, Dimension] | None:
        """Return the numbers of ``name`` in SI units and their dimension (none for an option), or None."""
        value = self.get(name)
        if value is None:
            return None
        number = value.value if isinstance(value, Quantity) else value
        if not _is_numeric(number):
            raise self.error(f"{name} must be numbers, not {show(number)}")
        try:
            array = np.asarray(number)
        except ValueError as error:
            raise self.error(f"{name} is a ragged list; save one numpy array") from error
        return array, value.dimension if isinstance(value, Quantity) else DIMENSIONLESS

    def seconds(self, name: str) -> float | None:
        """Return the time ``name``, in 0..1e6 s, or None. In the file it must have the unit of a time."""
        found = self.quantity(name)
        if found is None:
            return None
        array, dimension = found
        if array.ndim or (dimension != SECOND and name not in self.supplied):
            remedy = f", or give {flag(name)} SECONDS" if name in OPTIONS else ""
            raise self.error(
                f"{name} must be one time, but has {unit(dimension)} and shape {array.shape};"
                f" save it as a Brian2 quantity, like 1*ms{remedy}"
            )
        return Fields({name: array[()]}, self.file).number(name, 0, 1e6)

    def membrane(self, name: str, weights: Dimension) -> np.ndarray | None:
        """Return the numbers of ``name`` as float64, or None.

        In the file they must have the dimension of the ``weights``.
        """
        found = self.quantity(name)
        if found is None:
            return None
        if found[1] != weights and name not in self.supplied:
            raise self.error(
                f"{name} has {unit(found[1])}, but weights have {unit(weights)}; a spike adds its"
                " weight to what is compared with the threshold: save both in one unit"
            )
        return found[0].astype(np.float64)


def _entries(content: dict[Any, Any]) -> dict[str, Any]:
    """Return all values of a file by their path, printable, such as "theta" or "config.dt"."""
    entries: dict[str, Any] = {}
    for key, value in content.items():
        if str(key).lower() in SEARCHED_DICTS and isinstance(value, dict):
            entries |= {f"{key}.{_printable(inner)}": item for inner, item in value.items()}
        else:
            entries[_printable(key)] = value
    return entries


def _is_numeric(value: Any) -> bool:
    """Return whether ``value`` consists of real numbers.

    Called before numpy converts a list: strings would become an array as wide as the longest.
    """
    if isinstance(value, list | tuple):
        return all(_is_numeric(item) for item in value)
    kind = value.dtype.kind if isinstance(value, np.ndarray | np.generic) else "?"
    return kind in "fiu" or (isinstance(value, int | float) and not isinstance(value, bool))


def _printable(key: Any) -> str:
    return ascii(str(key))[1:-1][:60]


def _listed(paths: list[str]) -> str:
    return ", ".join(paths[:12]) + (", ..." if len(paths) > 12 else "")
