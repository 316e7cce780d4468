"""Cycles: the sums of a timing table, by hand and on the emulated board."""

from dataclasses import replace

import needs
import pytest
from stand_in import HASH, ROUNDS, samples, stand_in

from snnedge.boards import board_file
from snnedge.boards.cost import cycles
from snnedge.boards.cost.cycles import Executed
from snnedge.boards.emulate.instruction_count import count
from snnedge.boards.firmware import build
from snnedge.errors import InputError, ToolError

COSTS = {name: (k, 10 * k, 100 * k) for k, name in enumerate((*cycles.TIMED_AS, *cycles.EXTRA_COSTS), 1)}
NAMES = {
    "block": ("push", "stmdb", "ldm.w", "strd", "pop.w"),
    "load": ("ldr", "ldrb.w", "ldrsh", "ldrls"),
    "store": ("str", "strheq.w"),
    "long": ("umull", "smlal"),
    "accumulate": ("mla", "mls", "smlabb", "smlad"),
    "multiply": ("mul", "muls", "smulbb", "smuad"),
    "divide": ("udiv", "sdiv"),
    "condition": ("it", "ite", "itttt"),
    "call": ("bl",),
    "system": ("mrs", "dsb", "bkpt"),
    "alu": ("adds", "b", "bls", "blt.w", "blx", "bx", "bics", "uxtah", "subs.w", "cbz", "movt"),
}


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in NAMES.items() for name in names]
)
def test_an_instruction_is_found_in_the_table(kind, name):
    registers = 2 if kind == "block" else 0
    low, typ, high = cycles._cost(name, "{r4, pc}", Executed(times=3, taken=0), COSTS)
    assert low == 3 * (COSTS[kind][0] + registers * COSTS["registers"][0])
    assert (typ, high) == (10 * low, 100 * low)


def test_what_continues_elsewhere_costs_more():
    refill, back = COSTS["refill"][0], COSTS["return"][0]
    never = cycles._cost("bne", "#8", Executed(5, 0), COSTS)[0]
    assert cycles._cost("bne", "#8", Executed(5, 2), COSTS)[0] - never == 2 * refill
    never = cycles._cost("pop", "{r4, pc}", Executed(5, 0), COSTS)[0]
    assert cycles._cost("pop", "{r4, pc}", Executed(5, 5), COSTS)[0] - never == 5 * (refill + back)


def test_a_table_without_a_kind_says_so():
    with pytest.raises(ToolError, match="has no 'divide', which udiv needs"):
        cycles._cost("udiv", "r0, r1, r2", Executed(1, 0), {"alu": (1, 1, 1)})


# Per round: SUBS, BNE, and the refill of a branch that is taken; the last is not.
PER_ROUND = {"microbit": (4, 4, 4), "mps2-an385": (3, 4, 5), "mps2-an386": (3, 4, 5)}


@pytest.mark.qemu
@pytest.mark.compiler
@pytest.mark.parametrize("name", PER_ROUND)
@pytest.mark.parametrize("compiler", ["gcc", "zig"])
def test_a_loop_takes_the_cycles_of_the_table(name, compiler, tmp_path):
    board = board_file.load(name)
    needs.counting(board, compiler)
    firmware = build.build(board, stand_in(), tmp_path / "firmware", compiler)
    given = samples(6)
    rounds = ROUNDS * int((1 + given[:, 0].astype(int)).sum())
    found = cycles.cycles(firmware, count(firmware, given, HASH).executed)
    for total, per_round in zip((found.low, found.typ, found.high), PER_ROUND[name], strict=True):
        besides = (total - per_round * rounds) / len(given)  # entering, leaving, and writing the result
        assert 20 < besides < 300
    assert "TRM" in found.source


def test_a_core_without_a_table_has_no_cycles(tmp_path):
    for name in ("mps2-an500", "rv32-virt"):
        firmware = build.Firmware(board_file.load(name), tmp_path, HASH, "none", {}, {}, None)
        assert cycles.cycles(firmware, {}) is None


@pytest.mark.parametrize(
    "name", [name for name in board_file.files() if "cortex-m" in board_file.load(name).core.name]
)
def test_every_table_is_sound(name, tmp_path):
    firmware = build.Firmware(board_file.load(name), tmp_path, HASH, "none", {}, {}, None)
    found = cycles.timing(firmware)
    assert (found is None) == (firmware.board.core.name in ("cortex-m7", "cortex-m33", "cortex-m55"))
    if found:
        assert found[1].keys() >= {"alu", "load", "store", "block", "registers", "refill", "return"}


@pytest.mark.parametrize("wrong", ["alu = -1", "alu = [2, 1, 1]", "alu = [1, 1]", 'alu = "1"', "fast = 1"])
def test_a_faulty_table_is_reported_by_file_and_field(wrong, tmp_path):
    microbit = board_file.load("microbit")
    board = replace(microbit, core=replace(microbit.core, folder=tmp_path))
    (tmp_path / "cycles.toml").write_text(f'[cortex-m0]\nsource = "x"\n{wrong}\n')
    firmware = build.Firmware(board, tmp_path, HASH, "none", {}, {}, None)
    with pytest.raises(InputError, match=rf"cycles\.toml: field 'cortex-m0\.{wrong.split()[0]}'"):
        cycles.timing(firmware)
