"""Options that several commands share: MODEL, the samples to run it on, how it becomes integers."""

import argparse
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..model.limits import BITS_IN_WORDS, DEFAULT_BITS
from .argument_types import positive

if TYPE_CHECKING:
    from ..api.samples import Samples


def add_model(parser: argparse.ArgumentParser) -> None:
    """Add MODEL for commands that run integer models."""
    parser.add_argument(
        "model", metavar="MODEL", help="model.safetensors, a folder from snnedge export, or zoo:NAME"
    )


def add_dataset(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose a data set."""
    parser.add_argument("--dataset", metavar="NAME", help="data set (default: the one of the training)")
    parser.add_argument(
        "--data", metavar="DIR", help="where data sets lie (default: $SNNEDGE_DATA, else ~/.cache/snnedge)"
    )


def add_data(parser: argparse.ArgumentParser, default: str) -> None:
    """Add the options that choose samples. ``default``: how many the API takes by itself, in words."""
    add_dataset(parser)
    parser.add_argument("--samples", type=positive, metavar="N", help=f"test samples (default: {default})")


def samples(args: argparse.Namespace) -> "Samples":
    """Return the samples that the options of ``add_data`` or ``add_dataset`` choose."""
    from ..api.samples import Samples

    return Samples(args.dataset, args.data, getattr(args, "samples", None))


def add_quantization(parser: argparse.ArgumentParser) -> None:
    """Add the options that decide how a float network becomes integers; None = not given."""
    parser.add_argument(
        "--bits", type=int, help=f"bits per weight: {BITS_IN_WORDS} (default: {DEFAULT_BITS})"
    )
    parser.add_argument(
        "--clip",
        type=float,
        metavar="Q",
        help="quantile of the weights' magnitudes that gets the largest code, 0.9 to 1: with --clip 0.999"
        " a few large weights do not coarsen all others (default: what the training says, else 1)",
    )


def add_network_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that supply what the file of a float network lacks."""
    from ..support import plugins

    for name in plugins.names("frontends"):
        plugins.load("frontends", name).add_arguments(parser)


def supplied(args: argparse.Namespace) -> dict[str, Any]:
    """Return the values of the options of ``add_network_options``; None for those not given."""
    from ..support import plugins

    frontends = (plugins.load("frontends", name) for name in plugins.names("frontends"))
    return {key: getattr(args, key) for frontend in frontends for key in frontend.OPTIONS}


def provenance_lines(provenance: Mapping[str, Any]) -> list[str]:
    """Return the origin of a model, one entry a line; nested ones by names with dots, as in --set."""
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
