"""The clock of a Cortex-M in unicorn, whose registers tests can play: DWT where it counts, else SysTick."""

import struct

import needs
import numpy as np
import pytest
from stand_in import HASH, NEURONS, STEPS, samples, stand_in

from snnedge.boards import board_file
from snnedge.boards.core_family import COMPILERS
from snnedge.boards.emulate import protocol
from snnedge.boards.firmware import build, elf, self_test
from snnedge.model.outcome import Outcome

unicorn = needs.module("unicorn")
from unicorn import arm_const  # noqa: E402

BOARD = board_file.load("mps2-an386", transport="uart")
DATA, STATE = BOARD.uart.base, BOARD.uart.base + 4  # of the CMSDK UART: nothing is full, nothing comes
CYCCNT, LAR, CONTROL, DEMCR = 0xE0001004, 0xE0001FB0, 0xE0001000, 0xE000EDFC
SYST_CSR = 0xE000E010
MIB = 1 << 20
ENOUGH = 500_000  # instructions
STEP = 1000  # of the counter, from one look to the next


class Core:
    """``sent``: what the program has written to its UART; ``written``: registers of the core, last values.

    ``step``: what the cycle counter gains from one look to the next.
    """

    def __init__(self, linked, step: int) -> None:
        self.core = unicorn.Uc(unicorn.UC_ARCH_ARM, unicorn.UC_MODE_THUMB | unicorn.UC_MODE_MCLASS)
        self.sent, self.written, self.cycles, self.step = bytearray(), {}, 0, step
        for origin in (0, 0x20000000, DATA & -MIB, 0xE0000000):
            self.core.mem_map(origin, 4 * MIB if origin != DATA & -MIB else MIB)
        sections = elf.sections(linked)
        for name in {".text", ".rodata"} & sections.keys():
            self.core.mem_write(*sections[name])
        stack, entry = struct.unpack_from("<II", sections[".text"][1])
        self.core.reg_write(arm_const.UC_ARM_REG_SP, stack)
        self.core.hook_add(unicorn.UC_HOOK_MEM_READ, self._read, begin=CYCCNT, end=CYCCNT)
        self.core.hook_add(unicorn.UC_HOOK_MEM_WRITE, self._write, begin=DATA, end=DATA)
        self.core.hook_add(unicorn.UC_HOOK_MEM_WRITE, self._note, begin=0xE0000000, end=0xE00FFFFF)
        self.core.emu_start(entry | 1, 0, count=ENOUGH)

    def _read(self, core, _kind, address, _size, _value, _data) -> None:
        self.cycles += self.step
        core.mem_write(address, struct.pack("<I", self.cycles & 0xFFFFFFFF))

    def _write(self, _core, _kind, _address, _size, value, _data) -> None:
        self.sent.append(value & 0xFF)

    def _note(self, _core, _kind, address, _size, value, _data) -> None:
        self.written[address] = value & 0xFFFFFFFF


def answers(given: np.ndarray) -> Outcome:
    """What stand_in.c answers."""
    number = given.astype(np.int64)
    first = np.full((len(given), NEURONS), 0xFFFF, np.uint16)
    first[:, 0] = given[:, 4]
    return Outcome(
        labels=(number[:, 1] - 1).astype(np.int16),
        steps=np.full(len(given), STEPS, np.uint16),
        input_spikes=(65537 * number[:, 2]).astype(np.uint32),
        saturations=(65539 * number[:, 3]).astype(np.uint32),
        spike_counts=(257 * number[:, 4:] + np.arange(NEURONS)).astype(np.uint16),
        first_spikes=first,
    )


@pytest.fixture(scope="module", params=COMPILERS)
@needs.by_fixture(pytest.mark.compiler)
def linked(request, tmp_path_factory):
    """Firmware that tests itself on two samples."""
    given = samples(2)
    given[:, 0] = 0  # the shortest
    tested = self_test.self_test_sources(given, answers(given))
    folder = tmp_path_factory.mktemp("clock") / "firmware"
    needs.board_compiler(BOARD, request.param)
    return build.build(BOARD, stand_in(), folder, request.param, tested).elf


def verdict(core: Core) -> str:
    kind, payload = next(protocol.frames(bytes(core.sent)))
    assert kind == protocol.VERDICT
    return payload[4:].decode()


def test_cycles_are_reported_where_a_dwt_counts(linked):
    core = Core(linked, STEP)
    assert verdict(core) == f"PASS {HASH:016x} {STEP} ticks per inference (DWT)\n"
    assert (core.written[CONTROL], core.written[LAR], core.written[SYST_CSR]) == (1, 0xC5ACCE55, 0)
    assert core.written[DEMCR] == 1 << 24


def test_a_counter_that_wraps_is_no_matter(linked):
    assert f" {2**31 - 1} ticks" in verdict(Core(linked, 2**31 - 1))


def test_without_a_counting_dwt_it_is_systick(linked):
    core = Core(linked, 0)  # as QEMU's, which reads as zero
    assert verdict(core) == f"PASS {HASH:016x} 0 ticks per inference (SysTick)\n"  # which stands still here
    assert core.written[SYST_CSR] == 7
