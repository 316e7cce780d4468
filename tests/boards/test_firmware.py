"""Firmware: frames, builds, the emulated board. A stand-in model of known answers and known length keeps
these tests about the firmware; the last ones run real models."""

import dataclasses
import json
import struct

import needs
import numpy as np
import pytest
from conductances import random_conductance_model, random_conductance_network
from images import random_images
from integer_models import random_integer_model
from networks import random_network
from scans import random_scan_model
from stand_in import ANY_CORE, HASH, INPUTS, MODEL_C, NEURONS, ROUNDS, STEPS, samples, stand_in

from snnedge import data, model_file, zoo
from snnedge.backends import board as board_backend
from snnedge.backends.board import BoardBackend
from snnedge.boards import board_file
from snnedge.boards.core_family import COMPILERS
from snnedge.boards.emulate import protocol, qemu
from snnedge.boards.firmware import build, elf, self_test
from snnedge.boards.firmware.toolchain import Compiler
from snnedge.cli.main import main
from snnedge.compiler.quantize import quantize
from snnedge.errors import DoesNotFit, InputError, ToolError
from snnedge.exporters.c import sources, write
from snnedge.model.integer_model import IntegerModel
from snnedge.model.outcome import NEVER, Outcome, empty, mismatches
from snnedge.runtime.runtime import Runtime
from snnedge.support import programs

MICROBIT = board_file.load("microbit")


@pytest.fixture(params=["gcc", "zig"], scope="session")
@needs.by_fixture(pytest.mark.compiler)
def compiler(request) -> str:
    """Each compiler that is here."""
    needs.board_compiler(MICROBIT, request.param)
    return request.param


@pytest.fixture
@needs.by_fixture(pytest.mark.compiler)
def any_compiler() -> None:
    """One compiler is enough."""
    needs.board_compiler(MICROBIT)


@pytest.fixture
@needs.by_fixture(pytest.mark.qemu)
def emulator() -> None:
    needs.emulator(MICROBIT)


@pytest.fixture(scope="session")
def firmware(compiler, tmp_path_factory) -> build.Firmware:
    return build.build(MICROBIT, stand_in(), tmp_path_factory.mktemp("stand_in") / "firmware", compiler)


# --- frames -----------------------------------------------------------------------------------------


def test_a_frame_has_the_documented_layout():
    expected = b"\xa5S\x02\x00\x00\x00hi" + struct.pack("<I", 0x5BD3B50C)
    assert protocol.frame(b"S", b"hi") == expected


def test_frames_are_read_back():
    sent = [(b"B", b"\xa5"), (b"A", b""), (b"E", bytes(range(256)))]
    assert list(protocol.frames(b"".join(protocol.frame(*one) for one in sent))) == sent


def test_any_flipped_bit_is_noticed():
    whole = protocol.frame(b"A", b"0123456789")
    for bit in range(8 * len(whole)):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ToolError, match="board's answer"):
            list(protocol.frames(bytes(damaged)))


def test_any_missing_end_is_noticed():
    whole = protocol.frame(b"A", b"0123456789")
    for size in range(1, len(whole)):
        with pytest.raises(ToolError, match="ends within a frame"):
            list(protocol.frames(whole[:size]))


def banner(version: int = protocol.VERSION) -> bytes:
    head = protocol.BANNER_HEAD.pack(HASH, version, INPUTS, 1, 16_000_000)
    return protocol.frame(b"B", head + b"microbit stand_in")


ONE_ANSWER = protocol.frame(b"A", struct.pack("<hHIIIHH", -1, 5, 6, 7, 8, 9, NEVER))


def test_an_answer_becomes_an_outcome():
    reply = protocol.reply(banner() + ONE_ANSWER * 2, 2)
    assert reply.banner == protocol.Banner(HASH, INPUTS, 1, 16_000_000, "microbit stand_in")
    assert reply.outcome.labels.tolist() == [-1, -1]
    assert reply.outcome.steps.tolist() == [5, 5]
    assert reply.outcome.first_spikes.tolist() == [[NEVER], [NEVER]]
    assert reply.ticks.tolist() == [8, 8]
    assert [getattr(reply.outcome, f.name).dtype.str for f in dataclasses.fields(reply.outcome)] == [
        *("<i2", "<u2", "<u2", "<u2", "<u4", "<u4")
    ]


@pytest.mark.parametrize(
    ("stream", "message"),
    [
        (b"", "0 answers to 1"),
        (banner(), "0 answers to 1"),
        (banner() + 2 * ONE_ANSWER, "2 answers to 1"),
        (ONE_ANSWER + banner(), "answers to 1"),
        (banner() + protocol.frame(b"E", b"no room"), "the board says: no room"),
        (banner(version=9) + ONE_ANSWER, "protocol 9"),
        (protocol.frame(b"B", b"hello") + ONE_ANSWER, "banner is too short"),
        (banner() + protocol.frame(b"A", b"short"), "another size"),
        (b"hello" + banner() + ONE_ANSWER, "where a frame should begin"),
    ],
)
def test_a_wrong_reply_is_an_error(stream, message):
    with pytest.raises(ToolError, match=message) as caught:
        protocol.reply(stream, 1)
    assert "\n" not in str(caught.value)


# --- builds -----------------------------------------------------------------------------------------


def test_build_without_warnings_returns_sizes_and_hash(compiler, tmp_path, caplog):
    firmware = build.build(MICROBIT, stand_in(), tmp_path / "firmware", compiler)
    assert not caplog.records
    assert firmware.hash == HASH
    assert compiler in firmware.compiler
    assert "-O" in firmware.compiler
    assert set(firmware.sections) == set(elf.SECTIONS)
    assert firmware.sections[".stack"] == MICROBIT.stack
    assert 500 < firmware.flash_bytes < 5000
    assert MICROBIT.stack < firmware.ram_bytes < MICROBIT.stack + 200


def test_firmware_carries_nothing_that_it_does_not_call(compiler, tmp_path):
    """Streams are for programs that stream: this one answers samples."""
    from elftools.elf.elffile import ELFFile

    model = quantize(random_network(1))
    linked = build.build(MICROBIT, sources(model), tmp_path / "firmware", compiler).elf
    with linked.open("rb") as file:
        symbols = {symbol.name for symbol in ELFFile(file).get_section_by_name(".symtab").iter_symbols()}
    assert "random_snn_run" in symbols
    streams = ("snn_begin_stream", "snn_step_spikes", "snn_sort_spikes", "snn_membrane")
    assert not symbols & {f"random_{name}" for name in streams}


def test_builds_in_two_places_are_equal_to_the_byte(compiler, tmp_path):
    places = (tmp_path / "a", tmp_path / "b" / "deeper" / "firmware")
    first, second = (build.build(MICROBIT, stand_in(), place, compiler) for place in places)
    content = first.elf.read_bytes()
    assert content == second.elf.read_bytes()
    assert str(tmp_path).encode() not in content


@pytest.mark.parametrize(
    ("declaration", "message"),
    [
        ("const uint8_t big[300000] = {1};", r"flash .*\.rodata 300,\d+ .* bytes over its 262,144"),
        ("uint8_t big[20000];", r"RAM .*\.bss 20,\d+ .* bytes over its 16,384"),
        ("uint8_t big[300000] = {1};", r"flash .*\.data 300,\d+.*; RAM .*\.data 300,\d+"),
    ],
)
def test_too_large_is_refused_before_linking(compiler, tmp_path, monkeypatch, declaration, message):
    monkeypatch.setattr(Compiler, "link", lambda *_: pytest.fail("it was linked"))
    model = stand_in(**{"big.c": f"#include <stdint.h>\n{declaration}"})
    with pytest.raises(DoesNotFit, match=f"does not fit microbit: .*{message}"):
        build.build(MICROBIT, model, tmp_path / "firmware", compiler)


@pytest.mark.usefixtures("any_compiler")
def test_a_compile_error_names_file_and_reason(tmp_path):
    with pytest.raises(ToolError, match=r"broken\.c.*error") as caught:
        build.build(MICROBIT, stand_in(**{"broken.c": "int x = ;"}), tmp_path / "firmware")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("called", [False, True])
def test_code_that_nobody_calls_takes_no_room(compiler, tmp_path, called):
    """Only the linker knows; its error is reported like all that does not fit."""
    far = 'void far_code(void) { __asm__ volatile(".space 300000"); }'
    code = MODEL_C.replace("uint32_t rounds", "far_code();\n    uint32_t rounds") if called else MODEL_C
    model = stand_in(code="void far_code(void);\n" + code, **{"far.c": f"void far_code(void);\n{far}"})
    if called:
        with pytest.raises(DoesNotFit, match=r"does not fit microbit: flash \.text 30\d,\d+ "):
            build.build(MICROBIT, model, tmp_path / "firmware", compiler)
    else:
        firmware = build.build(MICROBIT, model, tmp_path / "firmware", compiler)
        assert firmware.flash_bytes < 5000


def test_sizes_are_reported_by_table(compiler, tmp_path):
    model = stand_in(
        **{"tables.c": "const char wide[1000] = {1};\nchar state[500];\nint tuned[10] = {1};\n"}
    )
    path = "stand_in_private/stand_in.c"
    used = "extern const char wide[]; extern char state[]; extern int tuned[];\n" + model[path]
    used = used.replace("r->label =", "state[wide[sample[0]]] = (char)tuned[sample[1]];\n    r->label =")
    firmware = build.build(MICROBIT, model | {path: used}, tmp_path / "firmware", compiler)
    assert next(iter(firmware.tables["flash"].items())) == ("wide", 1000)
    assert next(iter(firmware.tables["ram"].items())) == ("state", 500)
    assert firmware.tables["flash"]["tuned"] == firmware.tables["ram"]["tuned"] == 40
    assert sum(firmware.tables["flash"].values()) <= firmware.sections[".rodata"] + 64 + 40


def test_an_exported_folder_is_read_back(tmp_path):
    build.write(MICROBIT, stand_in(), tmp_path)
    assert build.exported(tmp_path) == stand_in()
    with pytest.raises(InputError, match=r"no model in src/"):
        build.exported(tmp_path / "src")


# --- the emulated board -----------------------------------------------------------------------------


@pytest.mark.usefixtures("emulator")
def test_answers_come_back_in_every_field(firmware):
    given = samples(qemu.BATCH + 3)  # more than one run of QEMU
    seen = qemu.emulate(firmware, given, HASH).outcome
    wide = given.astype(np.int64)
    assert (seen.labels == wide[:, 1] - 1).all()
    assert (seen.steps == STEPS).all()
    assert (seen.input_spikes == 65537 * wide[:, 2]).all()
    assert (seen.saturations == 65539 * wide[:, 3]).all()
    assert (seen.spike_counts == 257 * wide[:, [4]] + np.arange(NEURONS)).all()
    assert (seen.first_spikes[:, 0] == wide[:, 4]).all()
    assert (seen.first_spikes[:, 1:] == NEVER).all()


@pytest.mark.usefixtures("emulator")
def test_instructions_are_counted_to_one_tick_and_repeatably(firmware):
    given = samples(20)
    seen = qemu.emulate(firmware, given, HASH)
    assert seen.resolution == 62.5
    looped = 2 * ROUNDS * (1 + given[:, 0].astype(np.int64))
    besides = seen.instructions - looped  # entering, leaving, and writing the result
    assert besides.max() - besides.min() <= 2 * seen.resolution
    assert 0 < besides.mean() < 200
    assert (qemu.emulate(firmware, given, HASH).instructions == seen.instructions).all()


@pytest.mark.usefixtures("emulator", "any_compiler")
def test_the_count_goes_on_when_systick_wraps(tmp_path):
    """24 bits of ticks are 1.05e9 instructions."""
    code = MODEL_C.replace(f"{ROUNDS}u * (1u + sample[0])", "600000000u")
    firmware = build.build(MICROBIT, stand_in(code=code), tmp_path / "firmware")
    seen = qemu.emulate(firmware, samples(1), HASH)
    assert abs(seen.instructions[0] - 1.2e9) < 1000


@pytest.mark.usefixtures("emulator")
def test_another_model_on_the_board_is_an_error(firmware):
    with pytest.raises(ToolError, match=f"runs model {HASH:016x}, expected {HASH + 1:016x}"):
        qemu.emulate(firmware, samples(1), HASH + 1)


@pytest.mark.usefixtures("emulator")
def test_another_clock_than_the_boards_is_an_error(firmware):
    faster = dataclasses.replace(MICROBIT, clock_hz=64_000_000)
    with pytest.raises(ToolError, match="16000000 Hz, its TOML file says 64000000; build it again"):
        qemu.emulate(dataclasses.replace(firmware, board=faster), samples(1), HASH)


@pytest.mark.usefixtures("emulator")
def test_samples_of_another_size_are_an_error(firmware):
    with pytest.raises(ToolError, match="sample of a wrong size"):
        qemu.emulate(firmware, samples(1)[:, 1:], HASH)
    with pytest.raises(InputError, match="no images"):
        qemu.emulate(firmware, samples(0), HASH)


@pytest.mark.usefixtures("emulator")
def test_the_board_refuses_broken_requests_and_goes_on(firmware):
    good = protocol.frame(b"S", bytes(INPUTS))
    long = protocol.frame(b"S", bytes(INPUTS + 9))
    asked = [good[:-1] + b"?", b"noise", long, good, protocol.frame(b"X"), good[:-3]]
    stream = programs.run(qemu.command(firmware), 60, data=b"".join(asked)).stdout
    texts = [payload if kind == b"E" else kind for kind, payload in protocol.frames(stream)]
    assert texts == [b"B", b"broken request", b"broken request", b"A", b"unknown request"]


BAD_CODE = {
    "fault": ("*(volatile uint32_t *)0x70000000 = 1;", r"exit code"),
    "stack overflow": (
        'uint32_t deep[750]; __asm__ volatile("str %0, [%0]" : : "l"(deep) : "memory");',
        r"exit code",
    ),
    "endless": ('for (;;) __asm__ volatile("");', "limit of 1 s"),
}


@pytest.mark.usefixtures("emulator", "any_compiler")
@pytest.mark.parametrize("name", BAD_CODE)
def test_firmware_that_fails_is_an_error_and_never_a_hang(tmp_path, monkeypatch, name):
    statement, message = BAD_CODE[name]
    code = MODEL_C.replace("uint32_t rounds", f"{statement}\n    uint32_t rounds")
    monkeypatch.setattr(build, "_check_stack", lambda *_: None)
    firmware = build.build(MICROBIT, stand_in(code=code), tmp_path / "firmware")
    monkeypatch.setattr(qemu, "START_LIMIT", 1.0)
    monkeypatch.setattr(qemu, "SAMPLE_LIMIT", 0.0)
    with pytest.raises(ToolError, match=message):
        qemu.emulate(firmware, samples(1), HASH)


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(Outcome)])
def test_the_sum_of_an_answer_is_of_all_its_fields(field):
    outcome = empty(3, NEURONS)
    whole = [self_test.answer_crc(outcome, k) for k in range(3)]
    assert whole[0] == whole[1] == whole[2]
    getattr(outcome, field)[1] ^= 1
    changed = [self_test.answer_crc(outcome, k) for k in range(3)]
    assert (changed[0], changed[2]) == (whole[0], whole[2])
    assert changed[1] != whole[1]


@pytest.mark.usefixtures("emulator")
@pytest.mark.parametrize("wrong", [None, 0, 2])
def test_the_board_tests_itself_at_boot(firmware, tmp_path, wrong):
    given = samples(4)
    expected = qemu.emulate(firmware, given, HASH)
    assert expected.verdict is None
    if wrong is not None:
        expected.outcome.first_spikes[wrong, 1] ^= 256
    tested = build.build(
        MICROBIT,
        stand_in(),
        tmp_path / "firmware",
        toolchain_name(firmware),
        self_test.self_test_sources(given, expected.outcome),
    )
    seen = qemu.emulate(tested, samples(1), HASH)
    if wrong is None:
        head, ticks, *tail = seen.verdict.rsplit(" ", 5)
        assert [head, *tail] == [f"PASS {HASH:016x}", "ticks", "per", "inference", "(SysTick)"]
        assert (
            abs(int(ticks) * expected.resolution - expected.instructions.mean()) < 2 * expected.resolution
        )
    else:
        assert seen.verdict == f"FAIL {HASH:016x} at self-test sample {wrong + 1}"
    if toolchain_name(firmware) == "gcc":
        assert tested.stack_bound is not None
    assert seen.outcome.labels[0] == samples(1)[0, 1].astype(int) - 1


def toolchain_name(firmware: build.Firmware) -> str:
    return "zig" if firmware.compiler.startswith("zig") else "gcc"


@pytest.mark.qemu
@pytest.mark.compiler
@pytest.mark.parametrize("name", ["mps2-an505", "mps3-an547", "rv32-virt", "raspberry-pi-4"])
def test_a_fault_ends_the_run_on_every_family(name, tmp_path):
    board = board_file.load(name)
    needs.board_compiler(board, "zig")
    needs.emulator(board)
    fault = "*(volatile uint32_t *)0xF0000000 = 1;"
    code = "\n".join(fault if "__asm__" in line else line for line in MODEL_C.splitlines())
    firmware = build.build(board, stand_in(code=code), tmp_path / "firmware", "zig")
    with pytest.raises(ToolError, match="exit code"):
        qemu.emulate(firmware, samples(1), HASH)


@pytest.mark.usefixtures("emulator", "any_compiler")
def test_a_model_that_the_core_refuses_says_why(tmp_path):
    code = MODEL_C.replace("size == 8", "size == 9").replace('"bad"', '"the workspace is too small"')
    firmware = build.build(MICROBIT, stand_in(code=code), tmp_path / "firmware")
    with pytest.raises(ToolError, match="workspace is too small"):
        qemu.emulate(firmware, samples(1), HASH)


@pytest.mark.usefixtures("emulator", "any_compiler")
def test_a_new_board_of_a_known_core_is_one_toml_file(tmp_path):
    text = board_file.files()["microbit"].read_text("utf-8")
    (tmp_path / "halfbit.toml").write_text(text.replace("size = 0x4000", "size = 0x2000"), "utf-8")
    half = board_file.load("halfbit", tmp_path)
    firmware = build.build(half, stand_in(), tmp_path / "firmware")
    assert qemu.emulate(firmware, samples(3), HASH).outcome.labels.shape == (3,)
    large = stand_in(**{"large.c": "char large[10000];"})
    build.build(MICROBIT, large, tmp_path / "fits")
    with pytest.raises(DoesNotFit, match=r"does not fit halfbit: RAM .*8,192"):
        build.build(half, large, tmp_path / "does not")


@pytest.mark.usefixtures("emulator", "any_compiler")
def test_setup_writes_and_waits_before_main(tmp_path):
    """Registers at the end of RAM: the second is written after the first wait, which gives up at last."""
    steps = "".join(
        f"[[setup]]\n{step}\n"
        for step in (
            "write = 0x20003FF0\nvalue = 0x107",
            "wait = 0x20003FF0\nmask = 0xF\nvalue = 7",
            "wait = 0x20003FF0\nmask = 0xFF0\nvalue = 0xAB0",
            "write = 0x20003FF4\nvalue = 5",
        )
    )
    text = board_file.files()["microbit"].read_text("utf-8").replace("[runners", f"{steps}\n[runners", 1)
    (tmp_path / "stepwise.toml").write_text(text, "utf-8")
    code = MODEL_C.replace(
        "r->steps = s->model->steps", "r->steps = *(uint16_t *)0x20003FF0 + *(uint16_t *)0x20003FF4"
    )
    board = board_file.load(str(tmp_path / "stepwise.toml"))
    firmware = build.build(board, stand_in(code=code), tmp_path / "firmware")
    assert qemu.emulate(firmware, samples(1), HASH).outcome.steps.tolist() == [0x107 + 5]


def test_without_qemu_the_error_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    firmware = build.Firmware(MICROBIT, tmp_path / "none.elf", HASH, "none", {}, {}, None)
    with pytest.raises(ToolError, match="apt-get install qemu-system-arm"):
        qemu.emulate(firmware, samples(1), HASH)


# --- real models ------------------------------------------------------------------------------------


def random_model(side: int, neurons: int, bits: int) -> IntegerModel:
    """One layer of random weights and labels that spikes."""
    return quantize(random_network(3, (side, side), neurons=neurons, classes=10, steps=100), bits)


@pytest.fixture
def saved(tmp_path):
    """A small model in a file."""
    model = random_model(side=8, neurons=20, bits=8)
    model_file.save(model, tmp_path / "model.safetensors")
    return tmp_path / "model.safetensors", model


@pytest.mark.usefixtures("emulator")
@pytest.mark.parametrize(("side", "neurons", "bits"), [(8, 33, 8), (9, 20, 6), (28, 400, 4)])
def test_the_board_fires_the_hosts_spikes(compiler, side, neurons, bits):
    """The last one is the 400-neuron MNIST net: 157 KB of tables in 256 KB, and 16 KB of RAM."""
    model = random_model(side, neurons, bits)
    given = random_images((side, side), 10)
    expected = Runtime(model).run(given)
    assert expected.spike_counts.any()
    seen = BoardBackend(model, MICROBIT, compiler).emulate(given)
    assert mismatches(seen.outcome, expected) == 0
    assert (seen.instructions > side * side).all()


@pytest.mark.qemu
@pytest.mark.compiler
@pytest.mark.parametrize("name", [name for name in board_file.files() if board_file.load(name).machine])
@pytest.mark.parametrize(("chosen", "serial"), [("gcc", False), ("zig", True)])
def test_every_emulated_board_fires_the_hosts_spikes(name, chosen, serial):
    board = board_file.load(name)
    needs.board_compiler(board, chosen)
    needs.emulator(board)
    if serial and "uart" in board.core.transports:
        board = board_file.load(name, transport="uart")
    model = random_scan_model(1)
    given = random_images(model.encoder.shape, 5)
    expected = Runtime(model).run(given)
    assert expected.spike_counts.any()
    seen = BoardBackend(model, board, chosen).emulate(given)
    assert mismatches(seen.outcome, expected) == 0
    counted = seen.instructions
    assert (counted is not None) == board.core.emulator.counts
    assert counted is None or (counted > given[0].size).all()


@pytest.mark.compiler
@pytest.mark.parametrize("name", [name for name in board_file.files() if not board_file.load(name).machine])
@pytest.mark.parametrize("chosen", COMPILERS)
def test_every_other_board_is_built(name, chosen, tmp_path, caplog):
    board = board_file.load(name)
    needs.board_compiler(board, chosen)
    firmware = build.build(board, stand_in(code=ANY_CORE), tmp_path / "firmware", chosen)
    assert not caplog.records
    assert firmware.hash == HASH
    blocks = elf.sections(firmware.elf)
    if board.core.folder.name != "cortex-m":  # others have no vectors: tests/boards/test_flash.py
        return
    assert blocks[".text"][0] == board.flash.origin + len(blocks.get(".boot", (0, b""))[1])
    stack, reset = struct.unpack_from("<II", blocks[".text"][1])
    assert stack == board.ram.origin + board.stack
    assert reset & 1
    assert reset in range(board.flash.origin, board.flash.origin + board.flash.size)


@pytest.mark.compiler
@pytest.mark.parametrize("chosen", COMPILERS)
def test_the_boot_block_of_the_rp2040_has_its_sum(chosen, tmp_path):
    """CRC-32/MPEG-2 of 252 bytes: the ROM does not start a chip without it."""
    board = board_file.load("rpi-pico")
    needs.board_compiler(board, chosen)
    firmware = build.build(board, stand_in(), tmp_path / "firmware", chosen)
    address, block = elf.sections(firmware.elf)[".boot"]
    crc = 0xFFFFFFFF
    for byte in block[:252]:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 * (crc >> 31)) & 0xFFFFFFFF
    assert (address, block[252:]) == (0x10000000, struct.pack("<I", crc))


@pytest.mark.usefixtures("emulator", "any_compiler")
@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_the_board_keeps_the_contract_at_its_limits(seed, wide):
    """Recurrent layers, both neuron models, signed weights, saturation, early exit, 32-bit sums."""
    model = random_integer_model(seed, wide)
    given = random_images(model.encoder.shape, 8, seed)
    seen = BoardBackend(model, MICROBIT).run(given)
    assert mismatches(seen, Runtime(model).run(given)) == 0


@pytest.mark.usefixtures("emulator", "any_compiler")
@pytest.mark.parametrize("seed", [1, 4, 7])
def test_the_board_scans_as_the_host_does(seed):
    model = random_scan_model(seed)
    given = random_images(model.encoder.shape, 8, seed)
    seen = BoardBackend(model, MICROBIT).run(given)
    assert mismatches(seen, Runtime(model).run(given)) == 0


@pytest.mark.usefixtures("emulator", "any_compiler")
@pytest.mark.parametrize("limits", [False, True])
def test_the_board_runs_conductances_as_the_host_does(limits):
    model = random_conductance_model(48) if limits else quantize(random_conductance_network(4), 6)
    given = random_images(model.encoder.shape, 4, 1)
    seen, expected = BoardBackend(model, MICROBIT).run(given), Runtime(model).run(given)
    assert expected.spike_counts.any()
    assert mismatches(seen, expected) == 0


@pytest.mark.compiler
@pytest.mark.usefixtures("emulator")
def test_the_stack_that_gcc_reports_is_enough_and_half_of_it_is_not(monkeypatch):
    """Where the stack ends RAM ends, so that a program that takes more faults."""
    needs.board_compiler(MICROBIT, "gcc")
    model = random_scan_model(1)
    given = random_images(model.encoder.shape, 5)
    most = BoardBackend(model, MICROBIT, "gcc").firmware.stack_bound
    assert 256 < most < MICROBIT.stack
    tight = BoardBackend(model, dataclasses.replace(MICROBIT, stack=most), "gcc").run(given)
    assert mismatches(tight, Runtime(model).run(given)) == 0
    with pytest.raises(
        DoesNotFit, match=f"may take {most:,} bytes of stack, and memory.stack is {most - 1:,}"
    ):
        BoardBackend(model, dataclasses.replace(MICROBIT, stack=most - 1), "gcc")
    monkeypatch.setattr(build, "_check_stack", lambda *_: None)
    half = BoardBackend(model, dataclasses.replace(MICROBIT, stack=most // 2 & ~7), "gcc")
    with pytest.raises(ToolError, match="exit code"):
        half.run(given)


@pytest.mark.usefixtures("any_compiler")
def test_eight_bits_of_the_400_neuron_net_do_not_fit():
    with pytest.raises(DoesNotFit, match=r"flash .*\.rodata 31\d,\d+ .* --bits 4"):
        BoardBackend(random_model(28, 400, 8), MICROBIT)


@pytest.mark.usefixtures("any_compiler")
def test_a_refusal_says_what_is_known_of_the_accuracy_of_smaller_models(tmp_path, capsys):
    model = dataclasses.replace(random_model(28, 400, 8), provenance={"data": "mnist"})
    model_file.save(model, tmp_path / "large.safetensors")
    words = ["build", str(tmp_path / "large.safetensors"), "--board", "microbit", "-o", str(tmp_path / "f")]
    assert main(words) == 2
    printed = capsys.readouterr().err
    assert "snnedge evaluate model.pkl --bits 4" in printed
    mnist = {n: zoo.entry(n)["measured"]["right"] for n in zoo.names() if n.startswith("mnist")}
    best = max(mnist, key=mnist.__getitem__)
    assert f"measured on mnist: zoo:{best} fits, {mnist[best] / 10_000:.2%} of 10,000 test" in printed
    assert main(["build", f"zoo:{best}", "--board", "microbit", "-o", str(tmp_path / "f")]) == 0
    unknown = dataclasses.replace(model, provenance={"data": "mine"})
    model_file.save(unknown, tmp_path / "large.safetensors")
    assert main(words) == 2
    assert "measured on" not in capsys.readouterr().err


@pytest.mark.usefixtures("emulator", "any_compiler")
def test_backend_by_name():
    model, given = random_model(8, 20, 8), random_images((8, 8), 3)
    opened = board_backend.open(model, "microbit")
    assert mismatches(opened.run(given), Runtime(model).run(given)) == 0
    with pytest.raises(InputError, match=r"needs a name.*microbit"):
        board_backend.open(model, None)


def test_build_command_writes_the_folder(compiler, saved, tmp_path, capsys):
    path, model = saved
    output = tmp_path / "out"
    line = ["build", str(path), "--board", "microbit", "--compiler", compiler, "-o", str(output), "--json"]
    assert main(line) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["hash"] == model.hash_text
    assert result["elf"] == str(output / "firmware.elf")
    assert result["flash_bytes"] == sum(result["sections"][name] for name in elf.IN_FLASH)
    first = (output / "firmware.elf").read_bytes()
    write(model, tmp_path / "exported")
    assert main(["build", str(tmp_path / "exported"), *line[2:]]) == 0  # replaces its own folder
    assert (output / "firmware.elf").read_bytes() == first
    tested = [*line, "--self-test", "3", "--dataset", "digits"]
    assert main(tested) == 0
    assert (
        json.loads(capsys.readouterr().out.splitlines()[-1])["tables"]["flash"]["self_test_samples"]
        == 3 * 64
    )


@pytest.mark.needs("elftools")
def test_a_failed_build_leaves_the_old_folder(saved, tmp_path, capsys):
    path, _ = saved
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "firmware.elf").write_text("old")
    line = ["build", str(path), "--board", "microbit", "--compiler", "tcc", "-o", str(tmp_path / "out")]
    assert main(line) == 2
    assert "no 'tcc'" in capsys.readouterr().err
    assert (tmp_path / "out" / "firmware.elf").read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["model.safetensors", "out"]


@pytest.mark.needs("sklearn")
@pytest.mark.usefixtures("emulator", "any_compiler")
def test_run_command_compares_with_the_host(saved, capsys, monkeypatch):
    path, model = saved
    line = ["run", str(path), "--board", "microbit", "--dataset", "digits", "--samples", "4", "--json"]
    assert main(line) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["samples"], result["mismatches"], result["hash"]) == (4, 0, model.hash_text)
    assert result["data"] == "digits test"
    given = data.load("digits", "test", limit=4).images
    assert result["labels"] == Runtime(model).predict(given).tolist()
    assert result["instructions_min"] <= result["instructions_per_inference"] <= result["instructions_max"]

    assert main([*line, "--self-test", "2"]) == 0
    assert json.loads(capsys.readouterr().out)["self_test"].startswith(f"PASS {model.hash_text} ")

    honest = Runtime.run

    def wrong(self: Runtime, given: np.ndarray) -> Outcome:
        outcome = honest(self, given)
        outcome.first_spikes[2, 1] ^= 1
        return outcome

    monkeypatch.setattr(Runtime, "run", wrong)
    assert main(line) == 1
    assert json.loads(capsys.readouterr().out)["mismatches"] == 1
    assert main([*line, "--self-test"]) == 1
    verdict = json.loads(capsys.readouterr().out)["self_test"]
    assert verdict == f"FAIL {model.hash_text} at self-test sample 3"
