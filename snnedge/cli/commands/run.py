"""Run a model on an emulated board and compare its spikes with the host's."""

import argparse
from typing import TYPE_CHECKING, Any

from .. import board_argument
from ..model_arguments import add_data, add_model, samples

if TYPE_CHECKING:
    from ...api.emulate import EmulateResult

EXAMPLE = "snnedge run digits/model.safetensors --board microbit --samples 100"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    board_argument.add_target(parser)
    board_argument.add_self_test(parser)
    add_data(parser, "100")


def run(args: argparse.Namespace) -> "EmulateResult":
    from ...api.emulate import emulate

    return emulate(args.model, board_argument.target(args), samples(args), self_test=args.self_test)


def show(result: dict[str, Any]) -> str:
    samples, differing = result["samples"], result["mismatches"]
    return "\n".join(
        [
            f"{result['board']} (emulated), model {result['hash']}, {result['compiler']}",
            f"  {samples} images of {result['data']}: {result['correct']} labels right,"
            f" {differing} differ from the host",
            *([f"  self-test: {result['self_test']}"] if result["self_test"] else []),
            f"  {_instructions(result)}",
            f"  flash {result['flash_bytes']:,} bytes, RAM {result['ram_bytes']:,} bytes",
        ]
    )


def _instructions(result: dict[str, Any]) -> str:
    keys = ("instructions_per_inference", "instructions_min", "instructions_max")
    mean, least, most = (result[key] for key in keys)
    if mean is None:
        return "instructions not counted: this emulator has no clock that does"
    return (
        f"{mean:,.0f} instructions per inference ({least:,.0f} to {most:,.0f};"
        f" counted to {result['instructions_resolution']:g}; emulated, not cycles)"
    )
