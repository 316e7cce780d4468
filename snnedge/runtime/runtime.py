"""Runtime: run an integer model on this machine, through the compiled core.

m = snnedge.load("model.safetensors")
labels = m.predict(images)
"""

import operator
import os
import warnings

import numpy as np

from .. import model_file
from ..compiler.tables import SOURCE_INPUT, Tables, lower
from ..errors import InputError, ShapeError
from ..model.integer_model import IntegerModel
from ..model.network import INPUT, population
from ..model.outcome import Outcome, Trace, empty
from ..support.plugins import choose
from ..support.renamed import notice
from .core import core
from .stream import Stream

VARIABLE = "SNNEDGE_KERNEL"  # forces a level
MAX_THREADS = 1024
UINT8 = np.dtype(np.uint8)


class Runtime:
    """A loaded model. ``model`` is the ``IntegerModel``; calls may come from several threads.

    ``level``: the SIMD level, one of ``simd_levels()``; None for the one that ``simd_level()`` names.
    ``tables``: what ``compiler.tables.lower(model)`` returned, if the caller has it, so that it is not
    computed again. Raises ``UnknownName`` for an unknown level.
    """

    def __init__(
        self, model: IntegerModel, level: str | None = None, *, tables: Tables | None = None
    ) -> None:
        self.model = model
        self._level, self._running = level, _chosen(level)
        tables = tables or lower(model, auto="dense")  # lists save flash, rows save time
        self._core = compile_tables(tables, self._running)

    def __repr__(self) -> str:
        shape = "x".join(map(str, self.input_shape))
        return (
            f"<snnedge.Runtime {self.model.name!r}: input {shape} uint8, {self.classes} classes,"
            f" {self.steps} steps, hash {self.hash_text}, level {self.level}>"
        )

    def __reduce__(self) -> tuple[type["Runtime"], tuple[IntegerModel, str | None]]:
        """Reduce to the model and the ``level`` asked for; whoever reads the pickle makes the tables."""
        return Runtime, (self.model, self._level)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one sample of uint8 values: (height, width) for images."""
        return tuple(self.model.encoder.shape)

    @property
    def classes(self) -> int:
        """The number of classes; labels are 0..classes-1, or -1 for an undecided sample."""
        return self.model.readout.classes

    @property
    def class_names(self) -> tuple[str, ...]:
        """The name of each class, by label; empty if the model has none."""
        return self.model.readout.class_names

    @property
    def steps(self) -> int:
        """The number of time steps of a sample, unless its decision ends it earlier."""
        return self.model.steps

    @property
    def hash(self) -> int:
        """The model hash, 64 bits."""
        return self.model.hash

    @property
    def hash_text(self) -> str:
        """The model hash as files and boards state it: 16 hexadecimal digits."""
        return self.model.hash_text

    @property
    def level(self) -> str:
        """The SIMD level that runs, one of ``simd_levels()``."""
        return self._running

    def predict(self, images: np.ndarray, threads: int = 1) -> np.ndarray:
        """Return the labels, int16 (n,), of uint8 ``images`` (n, *shape) or (*shape,); -1 = undecided.

        Images are taken as they are. A model may be trained on images of enhanced contrast:
        ``snnedge.api.predict`` then enhances them first, and this function does not.

        ``threads`` work on different samples; the labels do not depend on their number. Images are not
        copied, if they lie in one piece. Raises ``ShapeError`` (a TypeError and ValueError) for another
        dtype or shape, ``InputError`` for ``threads`` outside 1..1024.
        """
        return self._core.predict(self._whole(images), _checked(threads))

    def run(self, images: np.ndarray, threads: int = 1) -> Outcome:
        """Return the ``Outcome`` of ``images``: labels, steps, spikes. Input as for ``predict``."""
        samples = self._whole(images)
        result = empty(len(samples), len(self.model.readout.labels))
        self._core.run(
            samples,
            result.labels,
            result.steps,
            result.spike_counts,
            result.first_spikes,
            result.input_spikes,
            result.saturations,
            _checked(threads),
        )
        return result

    def trace(self, images: np.ndarray, name: str | None = None) -> Trace:
        """Return every spike and membrane of the population ``name``: the readout's if None; or "input"."""
        samples = self._whole(images)
        name = name or self.model.readout.population
        if name == INPUT:
            index, size, scale = SOURCE_INPUT, self.model.encoder.size, 1.0
        else:
            chosen = population(self.model, name)
            index, size = self.model.populations.index(chosen), chosen.size
            scale = self.model.scales[name]
        spikes = np.zeros((len(samples), self.model.steps, size), bool)
        membrane = np.zeros((0,) if name == INPUT else spikes.shape, np.int16)
        self._core.trace(samples, index, spikes, membrane)
        return Trace(spikes, membrane, scale, self.model.dt)

    def first_spikes(self, images: np.ndarray, name: str) -> np.ndarray:
        """Return the step of the first spike of each neuron of the population ``name``.

        uint16 (n, size); 65535 = none.
        """
        samples, chosen = self._whole(images), population(self.model, name)
        first = np.empty((len(samples), chosen.size), np.uint16)
        self._core.first_spikes(samples, self.model.populations.index(chosen), first)
        return first

    def stream(self) -> Stream:
        """Return a stream at its first step, see ``Stream``.

        Any number of streams may run at once; each has its own state. Raises ``InputError`` for a model
        that scans whole samples.
        """
        return Stream(self.model, self._core)

    def checked(self, images: np.ndarray) -> np.ndarray:
        """Return ``images`` as (n, *shape). Raises ``ShapeError``: see ``predict``."""
        shape = self.model.encoder.shape
        masked = isinstance(images, np.ma.MaskedArray)
        if not isinstance(images, np.ndarray) or images.dtype != UINT8 or masked:
            got = "a masked one" if masked else getattr(images, "dtype", type(images).__name__)
            raise ShapeError(f"images: expected a uint8 array, got {got}; convert to gray values 0..255")
        if images.shape == shape:
            images = images[None]
        if images.shape[1:] != shape:
            raise ShapeError(f"images: shape {images.shape}, expected (n, {', '.join(map(str, shape))})")
        return images

    def _whole(self, images: np.ndarray) -> np.ndarray:
        """Return the checked images in one piece, as the core reads them; copied only if they are not."""
        samples = self.checked(images)
        return samples if samples.flags.c_contiguous else np.ascontiguousarray(samples)


def _checked(threads: int) -> int:
    try:
        number = operator.index(threads)
    except TypeError:
        number = 0
    if not 1 <= number <= MAX_THREADS:
        raise InputError(f"threads={threads!r}: give a whole number from 1 to {MAX_THREADS}")
    return number


def compile_tables(tables: Tables, level: str | None = None) -> "core.Model":
    """Return ``tables`` bound to the code of the SIMD ``level``; None: that of ``simd_level()``."""
    return core.Model(tables, _chosen(level))


def _chosen(level: str | None) -> str:
    return simd_level() if level is None else choose(level, simd_levels(), "SIMD level")


def load(path: str | os.PathLike[str]) -> Runtime:
    """Load a model.safetensors, the exported folder with it, or `zoo:NAME`. Raises ``InputError``."""
    return Runtime(model_file.load(path))


def simd_levels() -> tuple[str, ...]:
    """Return the SIMD levels that this processor has, fastest first. All give the same bits."""
    return tuple(core.levels())


def core_compiler() -> str:
    """Return the compiler of the core, with its version."""
    return core.COMPILER


def simd_level() -> str:
    """Return the SIMD level that runs: the one in the variable SNNEDGE_KERNEL, or the fastest.

    Raises ``UnknownName``.
    """
    wanted = os.environ.get(VARIABLE)
    return choose(wanted, simd_levels(), VARIABLE) if wanted else simd_levels()[0]


def kernels() -> tuple[str, ...]:
    """Return ``simd_levels()``, by its old name, with a ``DeprecationWarning``."""
    _deprecate("snnedge.kernels()", "snnedge.simd_levels()")
    return simd_levels()


def kernel() -> str:
    """Return ``simd_level()``, by its old name, with a ``DeprecationWarning``."""
    _deprecate("snnedge.kernel()", "snnedge.simd_level()")
    return simd_level()


def _deprecate(old: str, new: str) -> None:
    warnings.warn(notice(old, new), DeprecationWarning, stacklevel=3)
