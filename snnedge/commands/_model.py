"""What several commands share: the MODEL argument and the data to run it on."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..data import Dataset
    from ..integer_model import IntegerModel
    from ..network import Network

MODEL_FILE = "model.safetensors"


@dataclass(frozen=True)
class Opened:
    """A MODEL: the integer model, and the float network it came from when there is one."""

    model: "IntegerModel"
    network: "Network | None"
    folder: Path | None  # the exported folder, if MODEL is one


def add_model(parser: argparse.ArgumentParser) -> None:
    """MODEL for commands that run integer models."""
    parser.add_argument("model", metavar="MODEL", help="model.safetensors or a folder from snnedge export")


def add_data(parser: argparse.ArgumentParser, samples: int | None) -> None:
    """The options that choose samples. ``samples``: the default number, None = all."""
    count = "all" if samples is None else str(samples)
    parser.add_argument("--dataset", metavar="NAME", help="data set (default: the one of the training)")
    parser.add_argument("--data", metavar="DIR", help="where data sets lie (default: $SNNEDGE_DATA)")
    parser.add_argument(
        "--samples", type=positive, default=samples, metavar="N", help=f"test samples (default: {count})"
    )


def positive(text: str) -> int:
    """argparse type: a whole number of at least 1."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


def open_integer(path: str) -> Opened:
    """Open a safetensors file or an exported folder."""
    from .. import integer_model

    place = Path(path)
    if place.is_dir():
        return Opened(integer_model.load(place / MODEL_FILE), None, place)
    return Opened(integer_model.load(place), None, None)


def is_network(path: str) -> bool:
    """Does ``path`` name a float network (by its extension) rather than an integer model?"""
    from .. import registry

    suffix = Path(path).suffix.lower()
    return any(suffix in registry.load("frontends", n).EXTENSIONS for n in registry.names("frontends"))


def read_network(path: str, supplied: dict[str, Any] | None = None) -> "Network":
    """Read a float network through the frontend for its extension. Raises ``InputError``."""
    from .. import registry
    from ..errors import InputError

    suffix = Path(path).suffix.lower()
    known = []
    for name in registry.names("frontends"):
        frontend = registry.load("frontends", name)
        known += frontend.EXTENSIONS
        if suffix in frontend.EXTENSIONS:
            given = {key: (supplied or {}).get(key) for key in frontend.OPTIONS}
            network: Network = frontend.read(path, given)
            return network
    raise InputError(f"{path}: unknown kind of model; give a file that ends in {', '.join(known)}")


def dataset_name(model: "IntegerModel | Network") -> str | None:
    """The data set that the model was trained on, if its provenance says so."""
    data = model.provenance.get("data")
    return data if isinstance(data, str) else None


def load_data(args: argparse.Namespace, model: "IntegerModel | Network", split: str = "test") -> "Dataset":
    """The first ``args.samples`` samples of the chosen data set. Raises ``InputError``."""
    from .. import data
    from ..errors import InputError

    name = args.dataset or dataset_name(model)
    if name is None:
        raise InputError(
            f"model {model.name!r} does not name its data set: give --dataset digits|mnist|PATH"
        )
    dataset = data.load(name, split, args.data, args.samples)
    if dataset.shape != tuple(model.encoder.shape):
        raise InputError(
            f"data set {name!r} has images of shape {dataset.shape}, the model takes"
            f" {tuple(model.encoder.shape)}: choose another with --dataset"
        )
    return dataset
