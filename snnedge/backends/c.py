"""`c`: the exported C, compiled by the system compiler and called through cffi.

``c:DIR`` takes the folder DIR as it is; without an argument the model is exported to a temporary folder.
"""

import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError, ToolError
from ..exporters.c import c_name, sources
from ..model.integer_model import IntegerModel
from ..model.outcome import Outcome, Trace, empty
from ..support import programs

INTEGER = True
ARGUMENT = True
COMPILE_SECONDS = 300
FLAGS = ("-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC")


def open(model: IntegerModel, argument: str | None = None) -> "ExportedC":
    """Compile and load the exported C of ``model``, from the folder ``argument`` or freshly exported."""
    if argument:
        return ExportedC(model, Path(argument) / "src")
    with tempfile.TemporaryDirectory(prefix="snnedge-") as scratch:
        for path, text in sources(model).items():
            target = Path(scratch) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        return ExportedC(model, Path(scratch))


class ExportedC:
    """The compiled folder ``source``; raises ``InputError`` if its hash is not that of ``model``."""

    def __init__(self, model: IntegerModel, source: Path) -> None:
        self.model = model
        self._ffi, self._lib = _load(source, c_name(model))
        self._model = self._ffi.addressof(self._lib, f"{c_name(model)}_model")
        if self._model.hash != model.hash:
            raise InputError(
                f"{source}: the C code has model hash {self._model.hash:016x}, model.safetensors has"
                f" {model.hash_text}; export again"
            )
        self._prefix = _prefix(source)
        size = self._call("snn_workspace_size", self._model)
        self._workspace = self._ffi.new("uint32_t[]", size // 4)
        self._state = self._ffi.new("snn_state *")
        status = self._call("snn_init", self._state, self._model, self._workspace, size)
        if status != 0:
            text = self._ffi.string(self._call("snn_status_text", status)).decode()
            raise InputError(f"{source}: {text}")

    def run(self, images: np.ndarray) -> Outcome:
        """Answer uint8 ``images`` (n, *shape)."""
        samples = self._samples(images)
        result = empty(len(samples), len(self.model.readout.labels))
        answer = self._ffi.new("snn_result *")
        for k, sample in enumerate(samples):
            answer.spike_counts = self._ffi.from_buffer("uint16_t[]", result.spike_counts[k])
            answer.first_spikes = self._ffi.from_buffer("uint16_t[]", result.first_spikes[k])
            self._call("snn_run", self._state, self._ffi.from_buffer("uint8_t[]", sample), answer)
            result.labels[k] = answer.label
            result.steps[k] = answer.steps
            result.input_spikes[k] = answer.input_spikes
            result.saturations[k] = answer.saturations
        return result

    def trace(self, images: np.ndarray) -> Trace:
        """Record every spike and membrane of the readout population: see ``Trace``."""
        samples = self._samples(images)
        name = self.model.readout.population
        size = len(self.model.readout.labels)
        spikes = np.zeros((len(samples), self.model.steps, size), bool)
        membrane = np.zeros(spikes.shape, np.int16)
        for k, sample in enumerate(samples):
            self._call("snn_begin", self._state, self._ffi.from_buffer("uint8_t[]", sample))
            more, step = 1, 0
            while more:
                more = self._call("snn_step", self._state)
                self._copy_step(spikes[k, step], membrane[k, step])
                step += 1
        return Trace(spikes, membrane, self.model.scales[name], self.model.dt)

    def _copy_step(self, spikes: np.ndarray, membrane: np.ndarray) -> None:
        index = self._model.readout.population
        count = self._ffi.new("uint16_t *")
        indices = self._call("snn_spikes", self._state, index, count)
        for n in range(count[0]):
            spikes[indices[n]] = True
        values = self._call("snn_membrane", self._state, index)
        membrane[:] = np.frombuffer(self._ffi.buffer(values, membrane.nbytes), np.int16)

    def _call(self, name: str, *arguments: Any) -> Any:
        """Call the function ``name`` of snn.h by its symbol, which has the model's prefix."""
        return getattr(self._lib, self._prefix + name)(*arguments)

    def _samples(self, images: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(images).reshape(len(images), -1)


def _load(source: Path, name: str) -> tuple[Any, Any]:
    import cffi

    ffi = cffi.FFI()
    try:
        ffi.cdef(_declarations(source, name))
    except cffi.CDefError as error:
        line = str(error).partition("\n")[0]
        raise InputError(f"{source}: headers that cffi cannot read ({line}); export again") from error
    with tempfile.TemporaryDirectory(prefix="snnedge-") as scratch:
        library = Path(scratch) / "model.so"
        files = sorted(str(path) for path in source.rglob("*.c"))
        _compile([*FLAGS, "-I", str(source), "-o", str(library), *files])
        try:
            return ffi, ffi.dlopen(str(library))
        except OSError as error:
            raise ToolError(
                f"{source}: {programs.compiler()[0]} made no library that loads; set CC"
            ) from error


def _declarations(source: Path, name: str) -> str:
    """Return the preprocessed headers, without those of the system, for cffi."""
    try:
        text = "".join((source / f"{stem}.h").read_text() for stem in ("snn", name))
    except (OSError, UnicodeError) as error:
        raise InputError(f"{source}: not a folder exported by snnedge ({error})") from error
    own = re.sub(r"^#include.*$", "", text, flags=re.MULTILINE)
    # In cffi's grammar a const global is an integer constant: the model is a variable for it.
    return _compile(["-E", "-P", "-x", "c", "-"], own).replace("extern const", "extern")


def _prefix(source: Path) -> str:
    """Return the prefix of the model's symbols, "" in exports of the first snnedge."""
    found = re.search(r"^#define snn_init (\w*)snn_init$", (source / "snn.h").read_text(), re.M)
    return found[1] if found else ""


def _compile(arguments: list[str], text: str = "") -> str:
    return programs.run(
        [*programs.compiler(), *arguments], COMPILE_SECONDS, data=text.encode()
    ).stdout.decode()
