"""Values by the names that users' Brian2 scripts give them, with their physical dimensions."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from ...errors import InputError
from ...model.limits import MAX_UNITS
from ...support.checked import Fields, show
from .allowed_names import Quantity
from .options import OPTIONS, flag
from .script_names import is_bookkeeping, is_dynamics, value_of

SEARCHED_DICTS = ("config", "params", "parameters")  # keys whose dicts may hold values, too

Dimension = tuple[float, ...]
DIMENSIONLESS: Dimension = (0.0,) * 7
SECOND: Dimension = (0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0)
ZERO_IS_ABSENT = frozenset(
    ("delay", "delays", "i", "i_ext", "i_offset", "i_bias", "bias", "sigma", "noise")
)
VOLT: Dimension = (2.0, 1.0, -3.0, -1.0, 0.0, 0.0, 0.0)
UNIT_TEXTS = {
    DIMENSIONLESS: "no unit",
    SECOND: "unit second",
    (0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0): "unit hertz",
    VOLT: "unit volt",
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
        self.content = content
        self.supplied = supplied
        self.entries = _entries(content)
        self._paths: dict[str, list[str]] = {}
        for path in self.entries:
            self._paths.setdefault(value_of(_last(path)), []).append(path)
        self._ignored = frozenset(supplied.get("ignore") or ())
        self._used: set[str] = set()
        self._problems: dict[str, str] = {}

    def error(self, problem: str) -> InputError:
        """Return the error about ``problem``, naming the file."""
        return InputError(f"{self.file}: {problem}")

    def get(self, name: str) -> Any:
        """Return the value of ``name``: supplied, or from the file under one of its aliases, or None."""
        if name in self.supplied:
            return self.supplied[name]
        paths = self._paths.get(name, []) if name else []
        paths = [path for path in paths if not self._is_ignored(path)]
        exact = [path for path in paths if _last(path).islower()]
        if len({_last(path).lower() for path in paths}) == 1 and len(exact) == 1:
            paths = exact  # other letter case is another name
        if len(paths) > 1:
            raise self.error(f"gives {name} {len(paths)} times ({_listed(paths)}); keep one")
        self._used.update(paths)
        return self.entries[paths[0]] if paths else None

    def need(self, name: str, hint: str = "") -> Any:
        """Return the value of ``name``, like ``get``; record it as missing if there is none."""
        value = self.get(name)
        if value is None:
            self.problem(name, f"no {name}: give {_how_to_give(name, hint)}")
        return value

    def peek(self, name: str) -> Any:
        """Return the value of ``name``, like ``get``, without counting it as used."""
        used = set(self._used)
        value = self.get(name)
        self._used = used
        return value

    def is_used(self, name: str) -> bool:
        """Return whether the file's value of ``name`` was taken."""
        return any(path in self._used for path in self._paths.get(name, ()))

    def problem(self, subject: str, text: str) -> None:
        """Record a problem about ``subject`` for ``finish``; the first about a subject is kept."""
        self._problems.setdefault(subject, text.removeprefix(f"{self.file}: "))

    @contextmanager
    def collecting(self, subject: str) -> Iterator[None]:
        """Record an ``InputError`` of the block instead of raising it."""
        try:
            yield
        except InputError as error:
            self.problem(subject, str(error))

    def finish(self, kind: str) -> None:
        """Raise one ``InputError`` for all that is missing, has no place in ``kind``, or is unknown."""
        self._check_names(kind)
        if self._problems:
            found = _listed([path for path in self.entries if path in self._used])
            missing = [text for text in self._problems.values() if text.startswith("no ")]
            others = [text for text in self._problems.values() if not text.startswith("no ")]
            stated = [f"has {'; '.join(missing)}"] if missing else []
            raise self.error("; ".join([*stated, *others]) + (f" (found: {found})" if found else ""))
        if self.unused():
            listed = _listed(self.unused())
            logging.getLogger("snnedge").warning("%s: not part of the model: %s", self.file, listed)

    def _check_names(self, kind: str) -> None:
        """Record the names that change the dynamics without a place in ``kind``, and unknown names."""
        unused = [path for path in self.unused() if not self._may_be_left_out(path)]
        unread = not {"weights", "params"}.isdisjoint(self._problems)  # some values were not reached
        lost = [p for p in unused if is_dynamics(_last(p)) and not (unread and value_of(_last(p)))]
        unknown = [p for p in unused if not is_dynamics(_last(p)) and not is_bookkeeping(_last(p))]
        if lost:
            place = f"of the neuron model, without a place in {kind}" if kind else "of the neuron model"
            remedy = "choose a --neuron-kind that has them, or drop them with --ignore NAME"
            self.problem("dynamics", f"{_listed(lost)}: {place}; {remedy}")
        if unknown:
            self.problem("unknown", f"{_listed(unknown)}: unknown; drop them with --ignore NAME")

    def _may_be_left_out(self, path: str) -> bool:
        """Return whether an option replaces or ignores the value, or it says that there is none."""
        replaced = value_of(_last(path)) in self.supplied
        return replaced or self._is_ignored(path) or self._is_nothing(path)

    def _is_ignored(self, path: str) -> bool:
        return path in self._ignored or _last(path) in self._ignored

    def _is_nothing(self, path: str) -> bool:
        """Return whether a delay, current or the like is 0 everywhere, as Brian2 states those absent."""
        value = self.entries[path]
        numbers = value.value if isinstance(value, Quantity) else value
        absent = not value_of(_last(path)) and _last(path).lower() in ZERO_IS_ABSENT
        return absent and _is_numeric(numbers) and not np.any(numbers)

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

    def membrane(self, name: str, weights: Dimension, volts: bool = False) -> np.ndarray | None:
        """Return the numbers of ``name`` as float64, or None.

        In the file they must have the dimension of the ``weights``. ``volts``: plain numbers are volts.
        """
        found = self.quantity(name)
        if found is None:
            return None
        numbers_for_volts = weights == VOLT and found[1] == DIMENSIONLESS and volts
        if found[1] != weights and name not in self.supplied and not numbers_for_volts:
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


def _last(path: str) -> str:
    """Return the name in ``path``, without the dict that holds it."""
    return path.partition(".")[2] or path if path.partition(".")[0].lower() in SEARCHED_DICTS else path


def _how_to_give(name: str, hint: str) -> str:
    """Return the option for ``name`` and its help; parameters without one of their own share one."""
    if name not in OPTIONS:
        return f"--param {name}=VALUE ({hint or 'parameter of the neuron kind'})"
    option = OPTIONS[name]
    what = option.metavar if isinstance(option.metavar, str) else " ".join(option.metavar)
    return f"{flag(name)} {what} ({hint or option.help})"


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
