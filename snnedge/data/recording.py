"""Recordings: input and output spikes of samples in one .npz, from any simulator (use-your-own-data.md)."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from ..support.files import replacing
from ..support.npy import read_npz

MAX_STEPS = 10**8  # of a recording
MAX_SAMPLES = 10**6
ARRAYS = ("input_i", "input_t", "output_i", "output_t", "sample_offsets")
FIELDS = (*ARRAYS, "dt")


@dataclass(frozen=True, eq=False)
class Recording:
    """Spikes in steps of ``dt`` seconds: inputs ``input_i`` at ``input_t``, neurons ``output_i`` likewise.

    Arrays are int64 and in time order. ``sample_offsets``: the step at which each sample begins, and the
    step at which the last one ends.
    """

    input_i: np.ndarray
    input_t: np.ndarray
    output_i: np.ndarray
    output_t: np.ndarray
    dt: float
    sample_offsets: np.ndarray

    def __len__(self) -> int:
        return len(self.sample_offsets) - 1

    def samples(self) -> Iterator["Recording"]:
        """Yield each sample as a recording of its own, whose times begin at 0."""
        cuts = {
            name: np.searchsorted(getattr(self, f"{name}_t"), self.sample_offsets)
            for name in ("input", "output")
        }
        for n, (begin, end) in enumerate(zip(self.sample_offsets, self.sample_offsets[1:], strict=False)):
            own = {name: slice(cut[n], cut[n + 1]) for name, cut in cuts.items()}
            yield Recording(
                self.input_i[own["input"]],
                self.input_t[own["input"]] - begin,
                self.output_i[own["output"]],
                self.output_t[own["output"]] - begin,
                self.dt,
                np.array([0, end - begin]),
            )


def read(path: str | os.PathLike[str]) -> Recording:
    """Return the recording in the .npz file ``path``. Raises ``InputError`` naming file, field, remedy."""
    return checked(read_npz(path), str(path))


def write(recording: Recording, path: str | os.PathLike[str]) -> None:
    """Write ``recording`` to ``path``. Raises ``InputError`` if it could not be read again."""
    content = {name: getattr(recording, name) for name in FIELDS}
    checked({name: np.asarray(value) for name, value in content.items()}, str(path))
    with replacing(path) as scratch, open(scratch, "wb") as file:
        np.savez_compressed(file, **content)


def checked(content: Mapping[str, np.ndarray], file: str) -> Recording:
    """Return the recording of the arrays ``content``, sorted by time. Raises ``InputError``."""
    missing, extra = set(FIELDS) - set(content), sorted(set(content) - set(FIELDS))
    if missing or extra:
        lacks = [f"lacks {', '.join(sorted(missing))}"] if missing else []
        more = [f"has an unknown field {ascii(extra[0])[:60]}"] if extra else []
        raise InputError(f"{file}: {'; '.join([*lacks, *more])} (a recording has {', '.join(FIELDS)})")
    arrays = {name: _integers(content[name], file, name) for name in ARRAYS}
    offsets = arrays["sample_offsets"]
    rising = len(offsets) > 1 and offsets[0] >= 0 and bool((np.diff(offsets) > 0).all())
    if not rising or len(offsets) > MAX_SAMPLES or offsets[-1] > MAX_STEPS:
        raise InputError(
            f"{file}: field 'sample_offsets' must be ascending steps: where each sample begins, and the end"
        )
    for name in ("input", "output"):
        arrays |= _in_order(arrays, file, name)
    return Recording(dt=_step(content["dt"], file), **arrays)


def _in_order(arrays: Mapping[str, np.ndarray], file: str, name: str) -> dict[str, np.ndarray]:
    """Return the spikes of ``name`` by time, then by index, each once."""
    i, t = arrays[f"{name}_i"], arrays[f"{name}_t"]
    begin, end = arrays["sample_offsets"][[0, -1]]
    if len(i) != len(t):
        raise InputError(f"{file}: field '{name}_t' has {len(t)} entries, and '{name}_i' {len(i)}")
    if len(t) and not begin <= t.min() <= t.max() < end:
        raise InputError(f"{file}: field '{name}_t' has steps outside {begin}..{end - 1}; give t / dt")
    if len(i) and not 0 <= i.min() <= i.max() < 2**16:
        raise InputError(f"{file}: field '{name}_i' has indices outside 0..65535")
    both = np.unique(t << 16 | i)
    return {f"{name}_i": both & 0xFFFF, f"{name}_t": both >> 16}


def _integers(array: np.ndarray, file: str, name: str) -> np.ndarray:
    """Return ``array`` as int64, if it is a row of integers or of whole floats."""
    exact = array.ndim == 1 and array.dtype.kind in "iuf"
    if exact and array.dtype.kind == "f":
        exact = bool((np.rint(array) == array).all())
    if not exact or not bool((np.abs(array.astype(np.float64)) <= 2**40).all()):
        found = f"dtype {array.dtype}, shape {array.shape}"
        raise InputError(f"{file}: field {name!r} must be a row of integers, not {found}; round(t / dt)")
    return array.astype(np.int64)


def _step(array: np.ndarray, file: str) -> float:
    if array.shape != () or array.dtype.kind not in "iuf" or not 1e-9 <= array <= 1e3:
        raise InputError(f"{file}: field 'dt' must be one number of seconds in 1e-9..1e3")
    return float(array)
