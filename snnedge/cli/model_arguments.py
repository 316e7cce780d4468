"""What several commands share: the MODEL argument and the data to run it on."""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..compiler.calibrate import Calibration
    from ..data import Dataset
    from ..model.integer_model import IntegerModel
    from ..model.network import Network

DEFAULT_BITS = 8


def add_model(parser: argparse.ArgumentParser) -> None:
    """MODEL for commands that run integer models."""
    parser.add_argument(
        "model", metavar="MODEL", help="model.safetensors, a folder from snnedge export, or zoo:NAME"
    )


def add_dataset(parser: argparse.ArgumentParser) -> None:
    """The options that choose a data set."""
    parser.add_argument("--dataset", metavar="NAME", help="data set (default: the one of the training)")
    parser.add_argument(
        "--data", metavar="DIR", help="where data sets lie (default: $SNNEDGE_DATA, else ~/.cache/snnedge)"
    )


def add_data(parser: argparse.ArgumentParser, samples: int | None, count: str | None = None) -> None:
    """The options that choose samples. ``samples``: the default number, None = all; ``count``: its name."""
    count = count or ("all" if samples is None else str(samples))
    add_dataset(parser)
    parser.add_argument(
        "--samples", type=positive, default=samples, metavar="N", help=f"test samples (default: {count})"
    )


def add_quantization(parser: argparse.ArgumentParser) -> None:
    """The options that decide how a float network becomes integers; None = not given."""
    parser.add_argument("--bits", type=int, help=f"bits per weight: 8, 6 or 4 (default: {DEFAULT_BITS})")
    parser.add_argument(
        "--clip",
        type=float,
        metavar="Q",
        help="quantile of the weights' magnitudes that gets the largest code, 0.9 to 1: with --clip 0.999"
        " a few large weights do not coarsen all others (default: what the training says, else 1)",
    )


def quantized(
    args: argparse.Namespace, network: "Network", calibration: "Calibration | None" = None
) -> "IntegerModel":
    """``network``, from the file ``args.model``, in integers as the options say. Raises ``InputError``."""
    from ..compiler.quantize import quantize
    from ..errors import InputError

    try:
        return quantize(network, DEFAULT_BITS if args.bits is None else args.bits, calibration, args.clip)
    except InputError as error:
        raise InputError(f"{args.model}: {error}") from error


def refuse_quantization(args: argparse.Namespace, also: Iterable[str] = ()) -> None:
    """Raise ``InputError`` if an option of ``add_quantization``, or one of those named in ``also``, is
    given for a model of integers."""
    from ..errors import InputError

    for name in ("bits", "clip", *also):
        if getattr(args, name) is not None:
            said = f"--{name.replace('_', '-')} {getattr(args, name)}"
            raise InputError(f"{said}: {args.model} is integers already; export its float network again")


def positive(text: str) -> int:
    """argparse type: a whole number of at least 1."""
    value = int(text)
    if not 1 <= value <= 10**8:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to 100 million")
    return value


def network_options() -> list[str]:
    """What the options of ``add_network_options`` are called in the arguments."""
    from ..support import plugins

    return [key for name in plugins.names("frontends") for key in plugins.load("frontends", name).OPTIONS]


def add_network_options(parser: argparse.ArgumentParser) -> None:
    """The options that supply what the file of a float network lacks."""
    from ..support import plugins

    for name in plugins.names("frontends"):
        plugins.load("frontends", name).add_arguments(parser)


def open_integer(path: str) -> "IntegerModel":
    """Load a safetensors file or an exported folder. Raises ``InputError``."""
    from .. import model_file

    refuse_network(path)
    return model_file.load(path)


def refuse_network(path: str) -> None:
    """Raise ``InputError`` if ``path`` is the file of a float network, where integers are needed."""
    from ..errors import InputError

    if is_network(path) and Path(path).is_file():
        remedy = f"run snnedge export {path} first, and give the folder that it writes"
        raise InputError(f"{path} is a float network: {remedy}")


def is_network(path: str) -> bool:
    """Does ``path`` name a float network (by its extension) rather than an integer model?"""
    from ..support import plugins

    suffix = Path(path).suffix.lower()
    return any(suffix in plugins.load("frontends", n).EXTENSIONS for n in plugins.names("frontends"))


def read_network(path: str, supplied: dict[str, Any] | None = None) -> "Network":
    """Read a float network through the frontend for its extension. Raises ``InputError``."""
    from ..errors import InputError
    from ..support import plugins

    suffix = Path(path).suffix.lower()
    known = []
    for name in plugins.names("frontends"):
        frontend = plugins.load("frontends", name)
        known += frontend.EXTENSIONS
        if suffix in frontend.EXTENSIONS:
            given = {key: (supplied or {}).get(key) for key in frontend.OPTIONS}
            network: Network = frontend.read(path, given)
            return network
    raise InputError(f"{path}: unknown kind of model; give a file that ends in {', '.join(known)}")


def provenance_lines(provenance: Mapping[str, Any]) -> list[str]:
    """Where a model came from, one entry a line; nested ones by names with dots, as --set takes them."""
    flat = dict(_flat("", provenance))
    width = max(map(len, flat), default=0)
    return [f"    {key.ljust(width)}  {value}" for key, value in flat.items()]


def _flat(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    tables = isinstance(value, list) and any(isinstance(item, Mapping) for item in value)
    if isinstance(value, Mapping) or tables:
        items = value.items() if isinstance(value, Mapping) else enumerate(value)
        for name, item in items:
            yield from _flat(f"{key}.{name}" if key else str(name), item)
    else:
        yield key, ", ".join(map(str, value)) if isinstance(value, list) else value


def dataset_name(model: "IntegerModel | Network") -> str | None:
    """The data set that the model was trained on, if its provenance says so."""
    data = model.provenance.get("data")
    return data if isinstance(data, str) else None


def load_data(
    args: argparse.Namespace,
    model: "IntegerModel | Network",
    split: str = "test",
    samples: int | None = None,
) -> "Dataset":
    """The first ``samples`` (else ``args.samples``) of the chosen data set, as the model was trained on it.

    Raises ``InputError``.
    """
    from dataclasses import replace

    from .. import data
    from ..data.contrast import as_trained
    from ..errors import InputError

    name = args.dataset or dataset_name(model)
    if name is None:
        raise InputError(
            f"model {model.name!r} does not name its data set: give --dataset digits|mnist|PATH"
        )
    try:
        dataset = data.load(name, split, args.data, samples or args.samples)
    except InputError as error:
        if args.dataset:
            raise
        raise InputError(
            f"{error}; for data of your own, --dataset PATH says where they lie now"
        ) from error
    if dataset.shape != tuple(model.encoder.shape):
        raise InputError(
            f"data set {name!r} has images of shape {dataset.shape}, the model takes"
            f" {tuple(model.encoder.shape)}: choose another with --dataset"
        )
    return replace(dataset, images=as_trained(dataset.images, model.provenance))
