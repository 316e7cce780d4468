"""The ESP32-C3's firmware in unicorn: a RISC-V core with the chip's memory and just enough of its UART.

What the chip has of its own beyond that (the ROM, clocks, watchdogs, performance counters) is not there:
registers take what is written, and instructions on the counters do nothing.
"""

import struct
from collections.abc import Iterator

import needs
import numpy as np
import pytest
from conductances import random_conductance_model
from images import random_images
from integer_models import random_integer_model
from scans import random_scan_model

from snnedge.boards import board_file
from snnedge.boards.core_family import COMPILERS
from snnedge.boards.emulate import protocol
from snnedge.boards.firmware import build, elf, self_test
from snnedge.exporters.c import sources
from snnedge.model.outcome import mismatches
from snnedge.runtime.runtime import Runtime

unicorn = needs.module("unicorn")
from unicorn import riscv_const  # noqa: E402

BOARD = board_file.load("esp32-c3")
SRAM, ALIAS, SRAM_SIZE = 0x3FC80000, 0x40380000, 0x60000  # by the data bus, and by that for instructions
LOADED = {".text", ".rodata", ".data"}
DEVICES, DEVICES_SIZE = 0x60000000, 0xD1000
FIFO, STATUS = BOARD.uart.base, BOARD.uart.base + 0x1C
COUNTERS = range(0x7E0, 0x7E3)
NOP = 0x00000013
LIMIT = 60 * 10**6  # microseconds


class Chip:
    """``sent``: what the program has written to its UART; ``written``: to other devices, in order."""

    def __init__(self, linked, given: bytes) -> None:
        self.core = unicorn.Uc(unicorn.UC_ARCH_RISCV, unicorn.UC_MODE_RISCV32)
        self.given, self.sent, self.written, self.narrow = list(given), bytearray(), [], []
        self.core.mem_map(DEVICES, DEVICES_SIZE)
        self.core.mem_map(SRAM, SRAM_SIZE)
        self.core.mem_map(ALIAS, SRAM_SIZE)
        self.core.mem_write(SRAM, b"\xa5" * SRAM_SIZE)  # RAM is not zero after reset
        self.sections = elf.sections(linked)
        for name in LOADED & self.sections.keys():
            address, content = self.sections[name]
            self.core.mem_write(address, without_counters(content) if name == ".text" else content)
        last = DEVICES + DEVICES_SIZE - 1
        self.core.hook_add(unicorn.UC_HOOK_MEM_READ, self._read, begin=DEVICES, end=last)
        self.core.hook_add(unicorn.UC_HOOK_MEM_WRITE, self._write, begin=DEVICES, end=last)
        code = (ALIAS, ALIAS + SRAM_SIZE - 1)
        self.core.hook_add(unicorn.UC_HOOK_MEM_READ, self._look_at_code, begin=code[0], end=code[1])

    def run(self) -> None:
        """From the entry until the program sleeps."""
        self.core.emu_start(self.sections[".text"][0], 0, timeout=LIMIT)

    def _read(self, core, _kind, address, _size, _value, _data) -> None:
        if address == FIFO:
            core.mem_write(address, struct.pack("<I", self.given.pop(0)))
        if address == STATUS:
            core.mem_write(address, struct.pack("<I", min(len(self.given), 128)))

    def _write(self, _core, _kind, address, _size, value, _data) -> None:
        if address == FIFO:
            self.sent.append(value & 0xFF)
        else:
            self.written.append((address, value & 0xFFFFFFFF))

    def _look_at_code(self, _core, _kind, address, size, _value, _data) -> None:
        if size != 4 or address % 4:
            self.narrow.append((hex(address), size))


def without_counters(code: bytes) -> bytes:
    """``code`` with nothing in place of instructions on the chip's own performance counters."""
    patched = bytearray(code)
    for at in range(0, len(code) - 3, 2):
        (word,) = struct.unpack_from("<I", code, at)
        if word & 0x7F == 0x73 and word >> 12 & 7 and word >> 20 in COUNTERS:
            struct.pack_into("<I", patched, at, NOP)
    return bytes(patched)


@pytest.fixture(params=COMPILERS)
@needs.by_fixture(pytest.mark.compiler)
def compiler(request) -> Iterator[str]:
    needs.board_compiler(BOARD, request.param)
    return request.param


@pytest.mark.parametrize("make", [random_integer_model, random_scan_model, random_conductance_model])
def test_it_answers_as_the_host(make, compiler, tmp_path):
    model = make(3)
    images = random_images(model.encoder.shape, 10)
    firmware = build.build(BOARD, sources(model), tmp_path / "firmware", compiler)
    chip = Chip(firmware.elf, protocol.requests(images.reshape(len(images), -1)))
    chip.run()
    reply = protocol.reply(bytes(chip.sent), len(images))
    expected = Runtime(model).run(images)
    assert expected.input_spikes.any()
    assert mismatches(reply.outcome, expected) == 0
    assert (reply.banner.hash, reply.banner.clock_hz) == (model.hash, 40_000_000)
    assert reply.banner.name == f"esp32-c3 {model.name}"


def test_it_sets_up_the_chip_and_looks_at_code_by_whole_words(compiler, tmp_path):
    """The instruction bus reads nothing else; the keys of the watchdogs come before the watchdogs."""
    model = random_scan_model(3)
    images = random_images(model.encoder.shape, 3)
    tested = self_test.self_test_sources(images, Runtime(model).run(images))
    firmware = build.build(BOARD, sources(model), tmp_path / "firmware", compiler, tested)
    chip = Chip(firmware.elf, protocol.requests(np.zeros((0, 1), np.uint8)))
    chip.run()
    assert protocol.reply(bytes(chip.sent), 0).verdict.startswith(f"PASS {model.hash_text}")
    assert chip.written == [(step.address, step.value) for step in BOARD.setup]
    assert chip.narrow == []


def test_a_fault_ends_asleep(compiler, tmp_path):
    """An instruction that no core has leads to the trap, which sleeps; nothing more is sent."""
    model = random_integer_model(3)
    firmware = build.build(BOARD, sources(model), tmp_path / "firmware", compiler)
    chip = Chip(firmware.elf, protocol.requests(random_images(model.encoder.shape, 1).reshape(1, -1)))
    (run,) = (f.address for f in elf.placed_functions(firmware.elf) if f.name.endswith("_snn_run"))
    chip.core.mem_write(run, b"\x00\x00\x00\x00")
    with pytest.raises(unicorn.UcError, match="exception"):
        chip.run()
    trap = chip.core.reg_read(riscv_const.UC_RISCV_REG_MTVEC)
    assert trap & 0xFF == 0  # all that the chip keeps of it
    chip.core.emu_start(trap, 0, timeout=LIMIT)
    assert [kind for kind, _ in protocol.frames(bytes(chip.sent))] == [b"B"]
    asleep = chip.core.mem_read(chip.core.reg_read(riscv_const.UC_RISCV_REG_PC) - 4, 4)
    assert struct.unpack("<I", asleep)[0] == 0x10500073  # wfi
