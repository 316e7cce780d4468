"""Write a model file again in another version of its format, with the same answers.

OLD is a model.pkl, or a model of integers: model.safetensors, an exported folder, zoo:NAME. NEW is a
file of the same sort.
"""

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...api.convert import ConvertResult

EXAMPLE = "snnedge convert old.safetensors new.safetensors"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD", help="model.pkl, or integers: model.safetensors, zoo:NAME")
    parser.add_argument("new", metavar="NEW", help="the file to write: .pkl, or .safetensors")
    parser.add_argument(
        "--format-version", type=int, metavar="N", help="of model.safetensors (default: the newest)"
    )


def run(args: argparse.Namespace) -> "ConvertResult":
    from ...api.convert import convert

    return convert(args.old, args.new, args.format_version)


def show(result: dict[str, Any]) -> str:
    hashed = f", model hash {result['hash']}" if result["hash"] else ""
    return f"{result['path']}: format version {result['version']}{hashed}"
