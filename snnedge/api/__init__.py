"""The capabilities of snnedge as functions: values or file names in, frozen results out.

    from snnedge import api

    api.train("digits", "digits.pkl", constants={"neurons": 100})
    made = api.export("digits.pkl", "digits", bits=4)
    assert api.verify("digits").ok
    print(made.hash, api.evaluate("digits").accuracy)

A model is a value (``Network``, ``IntegerModel``, ``Runtime``) or a name: a model.pkl, a
model.safetensors, an exported folder, zoo:NAME. Samples are a ``Dataset``, the name of a data set, or
``Samples``. Without any, a function loads test samples of the data set that the model's provenance
names. A board is a name, a ``Board`` or a ``Target``. Each result has ``as_dict()``, the object
that its command prints with --json (`run` is ``emulate``, `data` is ``data_set``). Errors are
``snnedge.errors.SnnedgeError``; their messages name the command's options. Nothing is printed; progress
and warnings go to the logger ``snnedge``.
"""

from .bench import BenchResult, bench
from .boards import BoardsResult, Target, boards
from .build import BuildResult, build
from .calibrate_board import CalibrateBoardResult, calibrate_board
from .compare import CompareResult, compare
from .convert import ConvertResult, convert
from .count import CountResult, count
from .data_set import DataSetResult, data_set
from .doctor import DoctorResult, doctor
from .emulate import EmulateResult, emulate
from .evaluate import EvaluateResult, evaluate
from .export import ExportResult, export
from .flash import FlashResult, flash
from .inspect import InspectResult, inspect
from .plot import PlotResult, plot
from .predict import PredictResult, predict
from .quantize import quantize
from .samples import Samples
from .train import Plan, TrainResult, train
from .verify import VerifyResult, verify
from .zoo import ZooResult, zoo

__all__ = [
    "BenchResult",
    "BoardsResult",
    "BuildResult",
    "CalibrateBoardResult",
    "CompareResult",
    "ConvertResult",
    "CountResult",
    "DataSetResult",
    "DoctorResult",
    "EmulateResult",
    "EvaluateResult",
    "ExportResult",
    "FlashResult",
    "InspectResult",
    "Plan",
    "PlotResult",
    "PredictResult",
    "Samples",
    "Target",
    "TrainResult",
    "VerifyResult",
    "ZooResult",
    "bench",
    "boards",
    "build",
    "calibrate_board",
    "compare",
    "convert",
    "count",
    "data_set",
    "doctor",
    "emulate",
    "evaluate",
    "export",
    "flash",
    "inspect",
    "plot",
    "predict",
    "quantize",
    "train",
    "verify",
    "zoo",
]
