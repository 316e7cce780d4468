"""QEMU: run firmware on an emulated board, send it samples, and count instructions.

With ``-icount shift=0`` every instruction takes 1 ns of the machine's time, so the board's own clock
counts instructions. The count is repeatable to one tick, 1e9 / clock_hz instructions. It covers snn_run
alone. Instructions are not cycles: a real core takes more than one for some of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from string import Template

import numpy as np

from ...errors import InputError, ToolError
from ...model.outcome import Outcome
from ...support.programs import run
from ...support.progress import Progress
from ..board import SERIAL, Board
from ..firmware.build import Firmware
from .protocol import Banner, Reply, reply, requests

NS_PER_SECOND = 10**9  # instructions per emulated second
BATCH = 50  # samples per run of QEMU
START_LIMIT = 60.0  # seconds that a run may take ...
SAMPLE_LIMIT = 10.0  # ... and more for each sample


@dataclass(frozen=True)
class Emulation:
    """Answers of an emulated board and the ``instructions`` of each inference.

    ``instructions``: float64 (n,), or None where no clock counts them; ``resolution``: instructions per
    tick of that clock. ``verdict``: of the self-test at boot, as in ``Reply``.
    """

    verdict: str | None
    outcome: Outcome
    instructions: np.ndarray | None
    resolution: float


def missing(board: Board) -> str | None:
    """Return why ``board`` cannot be emulated here, with what to install; None when it can."""
    if board.machine is None:
        return "no QEMU machine for it ([qemu] in its TOML file)"
    return board.core.emulator.program.missing


def emulate(firmware: Firmware, images: np.ndarray, expected_hash: int) -> Emulation:
    """Run uint8 ``images`` (n, ...) through ``firmware``.

    Raises ``ToolError`` when QEMU or the board fails, and when the board's model has another hash than
    ``expected_hash``.
    """
    if not len(images):
        raise InputError("no images to run; give 1 or more samples")
    samples = images.reshape(len(images), -1)
    replies = []
    with Progress(len(samples), f"emulated {firmware.board.name}") as bar:
        for start in range(0, len(samples), BATCH):
            batch = samples[start : start + BATCH]
            replies.append(run_batch(firmware, batch, expected_hash))
            bar.advance(len(batch))
    resolution = NS_PER_SECOND / firmware.board.clock_hz
    ticks = np.concatenate([r.ticks for r in replies])
    counted = ticks * resolution if firmware.board.core.emulator.counts else None
    return Emulation(replies[0].verdict, joined([r.outcome for r in replies]), counted, resolution)


def command(firmware: Firmware) -> list[str]:
    """Return the command line that runs ``firmware`` with its stream on standard input and output."""
    return command_line(firmware.board, firmware.elf)


def command_line(board: Board, elf: Path) -> list[str]:
    """Return the command line of the program ``elf`` for ``board``, as ``command`` does."""
    values = {
        "machine": str(board.machine),
        "serial": "stdio" if board.transport == SERIAL else "none",
        "elf": str(elf),
    }
    emulator = board.core.emulator
    return [emulator.program.command, *(Template(word).substitute(values) for word in emulator.arguments)]


def run_batch(
    firmware: Firmware, samples: np.ndarray, expected_hash: int, options: Sequence[str] = ()
) -> Reply:
    """Run ``samples``, uint8 (n, inputs), in one run of QEMU with additional ``options``."""
    _require(firmware.board)
    program, *arguments = command(firmware)
    limit = START_LIMIT + SAMPLE_LIMIT * len(samples)
    try:
        stream = run([program, *options, *arguments], limit, data=requests(samples), greets=True).stdout
    except ToolError as error:
        hint = f"has QEMU's machine {firmware.board.machine!r} the memory that the board's TOML file says?"
        raise ToolError(f"{error}; {hint}") from error
    answer = reply(stream, len(samples))
    _check(answer.banner, firmware, expected_hash)
    return answer


def _require(board: Board) -> None:
    """Raise ``ToolError`` when ``board`` cannot be emulated here."""
    reason = missing(board)
    if reason:
        other = board.counted_on
        hint = f"; snnedge count counts for it on {other}" if other else ""
        raise ToolError(f"cannot emulate {board.name}: {reason}{hint}")


def _check(banner: Banner, firmware: Firmware, expected_hash: int) -> None:
    if banner.hash != expected_hash:
        found = f"model {banner.hash:016x}, expected {expected_hash:016x}"
        raise ToolError(f"{firmware.elf}: the board runs {found}; build it again")
    if banner.clock_hz != firmware.board.clock_hz:
        found = f"{banner.clock_hz} Hz, its TOML file says {firmware.board.clock_hz}"
        raise ToolError(f"{firmware.elf}: the board's clock has {found}; build it again")


def joined(outcomes: list[Outcome]) -> Outcome:
    """Concatenate the outcomes of batches."""
    columns = {
        f.name: np.concatenate([getattr(outcome, f.name) for outcome in outcomes]) for f in fields(Outcome)
    }
    return Outcome(**columns)
