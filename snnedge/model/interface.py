"""Interface: the named inputs and outputs of a model, as files and programs that call it see them."""

from dataclasses import dataclass

from .kind import EncoderKind

UINT8, SPIKES, VALUES = "uint8", "spikes", "int16"
DTYPES = (UINT8, SPIKES, VALUES)
WHAT = ("label", "spikes", "membrane")


@dataclass(frozen=True)
class Input:
    """A named input of a model.

    ``shape``: of one sample. ``dtype``: ``uint8`` samples. Files reserve two more, which no kind takes yet:
    raw ``spikes`` (indices, step by step) and ``int16`` values. ``encoder``: of uint8 samples, else None.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str = UINT8
    encoder: EncoderKind | None = None


@dataclass(frozen=True)
class Output:
    """A named output of a model: ``what`` of ``population``.

    ``what``: its ``spikes``, or the ``label`` that they vote for. Files reserve ``membrane``.
    """

    name: str
    population: str
    what: str = "spikes"
