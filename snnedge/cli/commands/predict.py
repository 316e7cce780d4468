"""Answer images from files: one label per line."""

import argparse
from typing import TYPE_CHECKING, Any

from ..model_arguments import add_model

if TYPE_CHECKING:
    from ...api.predict import PredictResult

EXAMPLE = "snnedge predict digits photo.jpg --show"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument(
        "images",
        metavar="FILE",
        nargs="+",
        help="uint8 images: .npy, or IDX (.gz); PNG or JPEG of one figure each, fitted as MNIST was made",
    )
    parser.add_argument("--show", action="store_true", help="print what the network saw, too, on stderr")


def run(args: argparse.Namespace) -> "PredictResult":
    from ...api.predict import predict

    result = predict(args.model, args.images)
    if args.show:
        from ..drawing import show_images

        show_images(result.images)
    return result


def show(result: dict[str, Any]) -> str:
    names = result.get("class_names", [])
    answers = [names[label] if names and label >= 0 else str(label) for label in result["labels"]]
    files = result.get("files", [])
    return (
        "\n".join(f"{file}: {one}" for file, one in zip(files, answers, strict=True))
        if files
        else ("\n".join(answers))
    )
