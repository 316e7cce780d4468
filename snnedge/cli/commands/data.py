"""Fetch MNIST, or say what a data set holds."""

import argparse
from typing import Any

EXAMPLE = "snnedge data mnist --data ~/data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="mnist (fetched if missing), digits, or a folder of IDX files")
    parser.add_argument(
        "--data", metavar="DIR", help="where data sets lie (default: $SNNEDGE_DATA, else ~/.cache/snnedge)"
    )
    parser.add_argument("--url", metavar="BASE", nargs="+", help="mirrors to fetch mnist from")


def run(args: argparse.Namespace) -> dict[str, Any]:
    from ... import data
    from ...data.folder import files

    if args.name == "mnist":
        _fetch(args)
    train, test = (data.load(args.name, split, args.data) for split in ("train", "test"))
    folder = None if args.name == "digits" else data.locate(args.name, args.data)
    return {
        "name": train.name,
        "folder": folder and str(folder),
        "files": [str(path) for path in files(folder)] if folder else [],
        "train": len(train),
        "test": len(test),
        "shape": list(train.shape),
        "classes": train.classes,
    }


def show(result: dict[str, Any]) -> str:
    height, width = result["shape"]
    counts = f"{result['train']} train and {result['test']} test images"
    summary = f"{result['name']}: {counts} of {height} x {width}, {result['classes']} classes"
    return "\n  ".join([summary, *result["files"]])


def _fetch(args: argparse.Namespace) -> None:
    from ...data import mnist, place
    from ...data.download import download

    download(mnist.FILES, args.url or mnist.MIRRORS, place("mnist", args.data))
