"""Export a model: a folder of portable C99, or an ONNX file."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

from .. import exporters, frontends, zoo
from ..backends import open_backend
from ..compiler.calibrate import Calibration
from ..compiler.tables import Tables, lower
from ..data import Dataset
from ..errors import InputError, ToolError
from ..measure.accuracy import accuracy
from ..model.exit_rule import exit_margin
from ..model.integer_model import IntegerModel
from ..model.network import Network
from ..runtime.runtime import Runtime
from ..support import plugins
from . import remedy
from .models import File, Floats, Integers, Supplied, open_integer, open_network, refuse_options, title
from .quantize import calibrated, quantized
from .result import FLAT, HIDDEN, OPTIONAL, Result
from .samples import Data, choice, described, first, load

CALIBRATE = 1000  # training samples
SAMPLES = 1000  # test samples

Source = Network | IntegerModel


@dataclass(frozen=True)
class Calibrated:
    """The ``samples`` of ``data`` on which ranges were measured."""

    data: str
    samples: int


@dataclass(frozen=True)
class Unmeasured(Result):
    """An export without accuracy, because no samples were found."""

    samples: int = 0
    accuracy_float: float | None = None
    accuracy_int: float | None = None


@dataclass(frozen=True)
class Measured(Result):
    """Accuracy on ``samples`` of ``data``: shares of right labels.

    ``accuracy_float``: of the float network, None for a model of integers; ``agreement``: share of
    samples with the same label in both. ``saturations``: int16 saturation events of all samples.
    """

    data: str
    samples: int
    accuracy_float: float | None
    accuracy_int: float
    agreement: float | None
    saturations: int


@dataclass(frozen=True, eq=False, repr=False)
class ExportResult(Result):
    """The folder or file ``path`` in ``format``.

    ``facts``: what the exporter says of it. For c: ``model``, ``name``, ``c_name`` (the prefix of its
    symbols), ``header`` (to include), ``storage``, ``stored`` (matrix -> kind), ``flash_bytes``,
    ``ram_bytes``. For onnx: ``file_bytes``, ``opset``, ``input``, ``nodes``, ``nodes_per_step``.
    ``hash``: of the model, 16 hexadecimal digits; ``bits`` per weight; ``clip``: the quantile with the
    largest code. ``wide``: populations whose synaptic sum needs int32.
    ``measured``: its accuracy. ``warnings``: one line where it answers unlike the float network or
    lost most of its weights, with the remedy. ``assumed``: what the file of a user's own network left
    open, with the option that changes it; absent for others. ``model``: what was exported.
    """

    path: Path
    format: str
    facts: Annotated[Mapping[str, Any], FLAT]
    calibration: Calibrated | None
    hash: str
    bits: int
    clip: float
    wide: tuple[str, ...]
    measured: Annotated[Measured | Unmeasured, FLAT]
    warnings: tuple[str, ...]
    assumed: Annotated[Mapping[str, str], OPTIONAL]
    model: Annotated[IntegerModel, HIDDEN]


def export(
    model: Integers | Floats,
    path: File | None = None,
    *,
    format: str = "c",
    bits: int | None = None,
    clip: float | None = None,
    storage: str | None = None,
    name: str | None = None,
    decision: str | None = None,
    data: Data = None,
    calibrate: int | Dataset | None = None,
    supplied: Supplied = None,
) -> ExportResult:
    """Write ``model`` to ``path``: a folder for c, a file for onnx; None: named after the model.

    A float ``model`` is quantised (``bits``, ``clip``, ``supplied`` as for ``quantize``) and calibrated
    on ``calibrate``: training samples, or their number, 1000 if None. ``storage`` of weights: auto,
    dense or sparse. ``name``: of the model, in C and in the file; None keeps its own. ``decision``
    replaces the exit rule: first-spike, margin:M or all-steps. ``data``: the samples to measure
    accuracy on. None loads the first 1000 test samples of the data set that ``model`` was trained on.
    Raises ``InputError``; an earlier export at ``path`` is replaced, nothing else ever is.

        api.export("model.pkl", "digits", bits=4).facts["flash_bytes"]
    """
    exporter = _exporter(format, storage)
    options = {"bits": bits, "clip": clip, "calibrate": calibrate}
    source = _changed(_source(model, options, supplied), name, decision)
    target = Path(path or exporter.default_path(_stem(model)))
    exporter.check_path(target)
    train, test = _samples(source, data, calibrate)
    integers, calibration = _integers(source, title(model), bits, clip, train)
    integers = replace(integers, storage=storage or integers.storage)
    tables = lower(integers)
    exporters.write(integers, target, format, tables)
    facts = exporter.facts(integers, target, tables)
    measured = _measured(integers, tables, source, test)
    warnings = _warnings(source, integers, measured, calibration, train)
    return _result(target, format, facts, calibration, measured, warnings, integers)


def _exporter(format: str, storage: str | None) -> ModuleType:
    """Return the exporter of ``format``. Raises ``InputError`` if it has no such ``storage``."""
    exporter, _ = exporters.find(format)
    if storage is not None:
        if not exporter.STORAGES:
            raise InputError(f"--storage {storage}: {format} has one way to store weights")
        plugins.choose(storage, exporter.STORAGES, "--storage")
    return exporter


def _source(model: Integers | Floats, options: Mapping[str, Any], supplied: Supplied) -> Source:
    """Return the float network, or what is integers already: then no option may be given."""
    if isinstance(model, Network) or (isinstance(model, (str, os.PathLike)) and not _is_integer(model)):
        return open_network(model, supplied)
    refuse_options(model, {**options, **(supplied or {})})
    return open_integer(model)


def _is_integer(path: File) -> bool:
    if Path(path).is_dir():
        return not frontends.is_network(path)
    return zoo.is_zoo_name(path) or os.fspath(path).endswith(".safetensors")


def _stem(model: Integers | Floats) -> str:
    """Return what an export of ``model`` is named after."""
    if isinstance(model, (str, os.PathLike)):
        return Path(os.fspath(model).removeprefix(zoo.PREFIX)).with_suffix("").name
    return title(model)


def _changed(source: Source, name: str | None, decision: str | None) -> Source:
    """Return ``source`` with the ``name`` and the ``decision``, where they are given."""
    if name:
        source = replace(source, name=name)
    if decision:
        source = replace(source, readout=replace(source.readout, exit_margin=exit_margin(decision)))
    return source


def _samples(
    source: Source, data: Data, calibrate: int | Dataset | None
) -> tuple[Dataset | None, Dataset | None]:
    """Return training samples to calibrate a float network on, and test samples; None without data."""
    chosen = choice(data)
    try:
        test = load(source, data, SAMPLES)
        return _training(source, data, calibrate), test
    except (InputError, ToolError) as error:  # no files, or no scikit-learn
        if chosen.chosen:
            raise
        logging.getLogger("snnedge").warning("no accuracy and no calibration: %s", error)
        return None, None


def _training(source: Source, data: Data, calibrate: int | Dataset | None) -> Dataset | None:
    if isinstance(source, IntegerModel):
        return None
    if isinstance(calibrate, Dataset):
        return load(source, calibrate)
    if isinstance(data, Dataset):
        return None
    return load(source, first(data, calibrate or CALIBRATE), split="train")


def _integers(
    source: Source, called: str, bits: int | None, clip: float | None, train: Dataset | None
) -> tuple[IntegerModel, Calibration | None]:
    if isinstance(source, IntegerModel):
        return source, None
    calibration = calibrated(source, train) if train else None
    return quantized(source, called, bits, clip, calibration), calibration


def _measured(
    model: IntegerModel, tables: Tables, source: Source, test: Dataset | None
) -> Measured | Unmeasured:
    """Return the accuracy of ``model``, and of the float network that it was made from, if it was."""
    if test is None:
        return Unmeasured()
    outcome = Runtime(model, tables=tables).run(test.images)
    expected = None
    if isinstance(source, Network):
        expected = open_backend("float", model, source).run(test.images).labels
    return Measured(
        data=described(test),
        samples=len(test),
        accuracy_float=None if expected is None else accuracy(expected, test.labels),
        accuracy_int=accuracy(outcome.labels, test.labels),
        agreement=None if expected is None else accuracy(outcome.labels, expected),
        saturations=int(outcome.saturations.sum()),
    )


def _warnings(
    source: Source,
    model: IntegerModel,
    measured: Measured | Unmeasured,
    calibration: Calibration | None,
    train: Dataset | None,
) -> tuple[str, ...]:
    """Return what a user must know of the integers, also logged as warnings."""
    if isinstance(source, IntegerModel):
        return ()
    agreement = measured.agreement if isinstance(measured, Measured) else None
    found = remedy.warning(source, model, agreement, calibration, train)
    if found:
        logging.getLogger("snnedge").warning("%s: %s", source.name, found)
    return (found,) if found else ()


def _result(
    path: Path,
    format: str,
    facts: Mapping[str, Any],
    calibration: Calibration | None,
    measured: Measured | Unmeasured,
    warnings: tuple[str, ...],
    model: IntegerModel,
) -> ExportResult:
    return ExportResult(
        path=path,
        format=format,
        facts=facts,
        calibration=Calibrated(calibration.data, calibration.samples) if calibration else None,
        hash=model.hash_text,
        bits=model.bits,
        clip=model.provenance.get("clip", 1.0),
        wide=tuple(sorted(name for name, wide in model.wide.items() if wide)),
        measured=measured,
        warnings=warnings,
        assumed=_texts(model.provenance.get("assumed")),
        model=model,
    )


def _texts(value: Any) -> Mapping[str, str]:
    """Return the texts of a dict in a provenance, which any file may have written; else nothing."""
    items = value.items() if isinstance(value, Mapping) else ()
    return {str(key)[:80]: str(text)[:200] for key, text in items}
