"""Build firmware with a model for a board."""

import argparse
from typing import TYPE_CHECKING, Any

from .. import board_argument
from ..fit import priced
from ..model_arguments import add_dataset, add_model, load_data, open_integer

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = 6  # tables by name
EXAMPLE = "snnedge build digits/model.safetensors --board microbit"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    board_argument.add_target(parser)
    board_argument.add_self_test(parser)
    add_dataset(parser)
    parser.add_argument("-o", "--output", metavar="DIR", help="default: firmware-NAME")


def run(args: argparse.Namespace) -> dict[str, Any]:
    from pathlib import Path

    from ...boards.firmware.build import ELF, build
    from ...boards.firmware.self_test import NO_SELF_TEST
    from ...support.files import replacing

    board = board_argument.load_board(args)
    sources = _sources(Path(args.model))
    self_test = _self_test(args) if args.self_test else NO_SELF_TEST
    output = _output(Path(args.output or f"firmware-{board.name}").absolute())
    with replacing(output) as scratch, priced(args.model, board):
        firmware = build(board, sources, scratch, args.compiler, self_test)
    return {
        "elf": str(output / ELF),
        "board": board.name,
        "hash": f"{firmware.hash:016x}",
        "compiler": firmware.compiler,
        "sections": dict(firmware.sections),
        "flash_bytes": firmware.flash_bytes,
        "flash_size": board.flash.size,
        "ram_bytes": firmware.ram_bytes,
        "ram_size": board.ram.size,
        "tables": firmware.tables,
        "stack_bound": firmware.stack_bound,
        "stack_size": board.stack,
    }


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
    """The largest tables, and what the others sum up to."""
    named = list(tables.items())[:SHOWN]
    others = sum(tables.values()) - sum(size for _, size in named)
    return ", ".join(f"{name} {size:,}" for name, size in [*named, ("others", others)])


def _stack(result: dict[str, Any]) -> str:
    bound = result["stack_bound"]
    said = "no bound, as only gcc tells it" if bound is None else f"at most {bound:,} bytes"
    return f"{said}, {result['stack_size']:,} kept"


def _sources(model: "Path") -> dict[str, str]:
    from ...boards.firmware.build import exported
    from ...support import plugins

    if model.is_dir():
        return exported(model)
    sources: dict[str, str] = plugins.load("exporters", "c").sources(open_integer(str(model)))
    return sources


def _self_test(args: argparse.Namespace) -> dict[str, str]:
    """Return the samples of the self-test and the host's answers as C."""
    from ...boards.firmware.self_test import self_test_sources
    from ...runtime.runtime import Runtime

    model = open_integer(args.model)
    images = load_data(args, model, samples=args.self_test).images
    return self_test_sources(images, Runtime(model).run(images))


def _output(folder: "Path") -> "Path":
    """``folder``, unless it holds something else than firmware: it is going to be replaced."""
    from ...boards.firmware.build import ELF, ENTRIES
    from ...support.files import refuse_foreign

    refuse_foreign(folder, ENTRIES, ELF)
    return folder
