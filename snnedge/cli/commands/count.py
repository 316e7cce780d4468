"""Count the instructions of an inference on an emulated board, exactly; estimate its time and energy."""

import argparse
from dataclasses import replace
from typing import Any

from .. import board_argument, cost
from ..fit import priced
from ..model_arguments import add_data, add_model, load_data, open_integer

EXAMPLE = "snnedge count digits/model.safetensors --board microbit --samples 20"
SHOWN = 8  # functions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    board_argument.add_target(parser)
    add_data(parser, samples=100)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from ...backends.board import BoardBackend
    from ...boards import board_file
    from ...boards.cost import measured
    from ...boards.cost.cycles import cycles
    from ...boards.emulate.instruction_count import count
    from ...measure.synops import synaptic_operations
    from ...model.outcome import mismatches
    from ...runtime.runtime import Runtime

    board = board_argument.load_board(args)
    model = open_integer(args.model)
    dataset = load_data(args, model)
    place = board_file.counting(board, args.boards)
    with priced(args.model, place):
        backend = BoardBackend(model, place, args.compiler)
    firmware = backend.firmware
    counted = count(firmware, dataset.images, model.hash)
    expected = Runtime(model).run(dataset.images)
    differing = mismatches(counted.outcome, expected)
    estimate = cycles(replace(firmware, board=board), counted.executed)
    each = estimate.each(len(dataset)) if estimate else None
    data = f"{dataset.name} {dataset.split}"
    instructions = sum(counted.phases.values())
    subject = measured.Subject(model.hash_text, firmware.compiler, data, len(dataset), instructions)
    synaptic = sum(synaptic_operations(Runtime(model), dataset.images, expected.steps).values())
    return {
        "ok": differing == 0,
        "board": board.name,
        "counted_on": place.name,
        "clock_hz": board.clock_hz,
        "data": data,
        "samples": len(dataset),
        "mismatches": differing,
        "instructions_per_inference": instructions,
        **cost.cost(board, measured.applied(measured.load(board.name), subject, each)),
        "asic": cost.asic(synaptic),
        "phases": counted.phases,
        "functions": {
            function: instructions / len(dataset)
            for (_, function), instructions in counted.functions.items()
        },
        "compiler": firmware.compiler,
        "hash": model.hash_text,
    }


def show(result: dict[str, Any]) -> str:
    total = result["instructions_per_inference"]
    functions = list(result["functions"].items())[:SHOWN]
    lines = [
        f"{result['board']} ({_emulated(result)}), model {result['hash']}, {result['compiler']}",
        f"  {result['samples']} images of {result['data']}: {result['mismatches']} differ from the host",
        f"  {total:,.1f} instructions per inference (counted one by one; emulated)",
        *(f"  {line}" for line in cost.lines(result, result["clock_hz"])),
        f"  {cost.asic_line(result['asic'])}",
    ]
    for items in (result["phases"].items(), functions):
        lines += ["", *(f"  {number:>11,.1f}  {number / total:6.1%}  {name}" for name, number in items)]
    return "\n".join(lines)


def _emulated(result: dict[str, Any]) -> str:
    place = result["counted_on"]
    return (
        "emulated" if place == result["board"] else f"counted on {place}, emulated, which executes the same"
    )
