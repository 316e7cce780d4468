"""Answer images from a file: one label per line."""

import argparse
from typing import TYPE_CHECKING, Any

from ..model_arguments import add_model

if TYPE_CHECKING:
    from ...api.predict import PredictResult

EXAMPLE = "snnedge predict digits images.npy"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("images", metavar="FILE", help="uint8 images: .npy, or IDX (.gz)")


def run(args: argparse.Namespace) -> "PredictResult":
    from ...api.predict import predict

    return predict(args.model, args.images)


def show(result: dict[str, Any]) -> str:
    names = result.get("class_names", [])
    return "\n".join(names[label] if names and label >= 0 else str(label) for label in result["labels"])
