"""Fetch MNIST, or say what a data set holds."""

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...api.data_set import DataSetResult

EXAMPLE = "snnedge data mnist --data ~/data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="mnist (fetched if missing), digits, or a folder of IDX files")
    parser.add_argument(
        "--data", metavar="DIR", help="where data sets lie (default: $SNNEDGE_DATA, else ~/.cache/snnedge)"
    )
    parser.add_argument("--url", metavar="BASE", nargs="+", help="mirrors to fetch mnist from")


def run(args: argparse.Namespace) -> "DataSetResult":
    from ...api.data_set import data_set

    return data_set(args.name, args.data, args.url or ())


def show(result: dict[str, Any]) -> str:
    height, width = result["shape"]
    counts = f"{result['train']} train and {result['test']} test images"
    summary = f"{result['name']}: {counts} of {height} x {width}, {result['classes']} classes"
    return "\n  ".join([summary, *result["files"]])
