"""Build firmware with a model for a board."""

import argparse
from typing import TYPE_CHECKING, Any

from .. import board_argument
from ..model_arguments import add_dataset, add_model, samples

if TYPE_CHECKING:
    from ...api.build import BuildResult

SHOWN = 6  # tables by name
EXAMPLE = "snnedge build digits/model.safetensors --board microbit"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    board_argument.add_target(parser)
    board_argument.add_self_test(parser)
    add_dataset(parser)
    parser.add_argument("-o", "--output", metavar="DIR", help="default: firmware-NAME")


def run(args: argparse.Namespace) -> "BuildResult":
    from ...api.build import build

    return build(
        args.model,
        board_argument.target(args),
        args.output,
        self_test=args.self_test,
        data=samples(args),
    )


def show(result: dict[str, Any]) -> str:
    sections = ", ".join(f"{name} {size:,}" for name, size in result["sections"].items())
    return "\n".join(
        [
            f"{result['elf']}: model {result['hash']} for {result['board']} ({result['compiler']})",
            f"  flash {result['flash_bytes']:,} of {result['flash_size']:,} bytes,"
            f" RAM {result['ram_bytes']:,} of {result['ram_size']:,} bytes",
            f"  {sections}",
            *(f"  {memory}: {_largest(result['tables'][memory])}" for memory in ("flash", "ram")),
            f"  stack: {_stack(result)}",
        ]
    )


def _largest(tables: dict[str, int]) -> str:
    """Return the largest tables, and the sum of the others."""
    named = list(tables.items())[:SHOWN]
    others = sum(tables.values()) - sum(size for _, size in named)
    return ", ".join(f"{name} {size:,}" for name, size in [*named, ("others", others)])


def _stack(result: dict[str, Any]) -> str:
    bound = result["stack_bound"]
    said = "no bound, as only gcc reports it" if bound is None else f"at most {bound:,} bytes"
    return f"{said}, {result['stack_size']:,} kept"
