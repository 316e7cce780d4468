"""Boards are data: every bundled file is sound, and every fault is reported by file and field."""

import argparse
from types import SimpleNamespace

import numpy as np
import pytest

from snnedge.api.build import output_folder
from snnedge.boards import board_file
from snnedge.boards.emulate import qemu
from snnedge.boards.firmware import board_header, build, toolchain
from snnedge.cli.commands import boards as command
from snnedge.errors import DoesNotFit, InputError, ToolError, UnknownName
from snnedge.support import programs

MICROBIT = board_file.files()["microbit"].read_text("utf-8")


@pytest.fixture(autouse=True)
def no_extra_boards(monkeypatch):
    monkeypatch.delenv(board_file.ENVIRONMENT, raising=False)


def test_there_are_boards():
    assert "microbit" in board_file.files()


@pytest.mark.parametrize("name", board_file.files())
def test_every_board_is_sound(name):
    board = board_file.load(name)
    assert board.name == name
    assert board.stack < board.ram.size
    script = build.linker_script(board)
    assert "$" not in script
    assert hex(board.ram.origin) in script
    assert f"{board.clock_hz}u" in board_header.board_header(board)


def test_microbit_is_the_nrf51822():
    board = board_file.load("microbit")
    assert (board.core.name, board.clock_hz) == ("cortex-m0", 16_000_000)
    assert (board.flash.size, board.ram.size) == (256 * 1024, 16 * 1024)


def test_unknown_board_names_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'microbit'"):
        board_file.load("micro-bit")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('core = "cortex-m0"', "", "core' is missing"),
        ('core = "cortex-m0"', 'core = "cortex-x9"', "core' is 'cortex-x9'; known: .*cortex-m0"),
        ('core = "cortex-m0"', 'core = "cortex-m0"\nspeed = 3', "speed' is not known"),
        ("clock_hz = 16_000_000\nwait", "clock_hz = 0\nwait", "clock_hz' is 0"),
        (
            "clock_hz = 16_000_000\nwait",
            "clock_hz = 16e6\nwait",
            "clock_hz' must be an integer, not 16000000.0",
        ),
        ("clock_hz = 16_000_000\nwait", "clock_hz = true\nwait", "clock_hz' must be an integer, not True"),
        (
            "clock_hz = 16_000_000\nwait",
            f"clock_hz = {2**32}\nwait",
            f"clock_hz' is {2**32}, .* in 1..{2**32 - 1}",
        ),
        ('"semihosting"', '"pigeon"', "transport' is 'pigeon'; known: .*semihosting"),
        ("size = 0x4000 }", "size = 12 }", r"memory\.ram\.size' is 12"),
        ("size = 0x4000 }", "size = 0xF0000000 }", r"memory\.ram\.size'"),
        ("size = 0x4000 }", "size = 0x4000, bank = 1 }", r"memory\.ram\.bank' is not known"),
        ("ram = {", "rom = {", r"memory\.ram' is missing"),
        ("ram = { origin = 0x20000000", "ram = { origin = 0x3FFFC", r"memory\.ram' overlaps memory\.flash"),
        ("flash = { origin = 0x00000000", "flash = { origin = 2", r"flash\.origin' is 0x2; .* of 4"),
        ("write = 0x40002514", "write = 0x40002515", r"setup\[1\]\.write' is 0x40002515; .* multiple of 4"),
        (
            "stack = 1024",
            f"stack = 0x{6000 * 'f'}",
            r"memory\.stack' is an integer of 24000 bits, not an integer",
        ),
        ("low = 3.1", f"low = [0x{6000 * 'f'}]", r"milliamperes\.low' must be a number, not a list"),
        ("stack = 1024", "stack = 999999", r"memory\.stack' is 999999"),
        ("stack = 1024", "stack = 1024\nheap = 1", r"memory\.heap' is not known"),
        ("[memory]", "[memoir]", "memory' is missing"),
        ('machine = "microbit"', "machine = 7", r"qemu\.machine' must be a string, not 7"),
        ('machine = "microbit"', 'device = "microbit"', r"qemu\.machine' is missing"),
        ("title = ", "title: ", "not a TOML file"),
        ("title = ", f"x = {3000 * '['}{3000 * ']'}\ntitle = ", "not a TOML file"),
        ("title = ", f"title{2000 * '.a'} = ", "title' must be a string, not a dict"),
        ('title = "BBC micro:bit, nRF51822"', 'title = ""', "title' is empty"),
        ("wait_states = 0", "wait_states = -1", "wait_states' is -1"),
        ("wait_states = 0", "flash_line = 0", "flash_line' is 0"),
        ("wait_states = 0", "counted_on = 5", "counted_on' must be a string, not 5"),
        ('"semihosting"', '"linux"', "transport' is 'linux'; known: semihosting, uart"),
        ('driver = "nrf"', 'driver = "z80"', r"uart\.driver' is 'z80'; known: .*nrf"),
        ("base = 0x40002000", "base = -4", r"uart\.base' is -4"),
        ("baud = 115_200", "baud = 1", r"uart\.baud' is 1"),
        ("baud = 115_200", "baud = 115_200\nbits = 8", r"uart\.bits' is not known"),
        ('core = "cortex-m0"', 'core = "cortex-m0"\nboot = "lilo"', "boot' is 'lilo'; known: .*rp2040"),
        ("value = 24", "value = 4294967296", r"setup\[0\]\.value' is 4294967296"),
        ("write = 0x40002514", "read = 0x40002514", r"setup\[1\]\.write' is missing"),
        ("write = 0x40002514", "wait = 0x40002514", r"setup\[1\]\.mask' is missing"),
        ("write = 0x40002514", "mask = 1\nwrite = 0x40002514", r"setup\[1\]\.mask' is not known"),
        ("low = 3.1", "low = 99", r"current\[0\]\.milliamperes\.typ' is 4\.4, not a number in 99"),
        ("low = 3.1", 'low = "3"', r"current\[0\]\.milliamperes\.low' must be a number, not '3'"),
        ("verified = false", "verified = 0", r"current\[0\]\.verified' must be True or False, not 0"),
        ("[[current]]", "[current]", r"current' must be a list of tables, \[\[current\]\]"),
        ('target = "nrf51822"', "target = 51822", r"runners\.pyocd\.target' must be a string, not 51822"),
    ],
)
def test_a_fault_is_reported_by_file_and_field(tmp_path, old, new, field):
    assert MICROBIT.count(old) == 1, "the fault must change the file"
    path = tmp_path / "faulty.toml"
    path.write_text(MICROBIT.replace(old, new), "utf-8")
    with pytest.raises(InputError, match=f"faulty.toml: .*{field}") as caught:
        board_file.read_board(path)
    assert "\n" not in str(caught.value)


def test_a_file_name_that_c_cannot_hold_is_refused(tmp_path):
    path = tmp_path / 'a"b.toml'
    path.write_text(MICROBIT, "utf-8")
    with pytest.raises(InputError, match="file name"):
        board_file.read_board(path)


def test_an_unreadable_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match=r"nothing\.toml"):
        board_file.read_board(tmp_path / "nothing.toml")


@pytest.mark.parametrize("by_environment", [False, True])
def test_boards_in_a_folder_of_ones_own(tmp_path, monkeypatch, by_environment):
    (tmp_path / "mine.toml").write_text(MICROBIT, "utf-8")
    if by_environment:
        monkeypatch.setenv(board_file.ENVIRONMENT, str(tmp_path))
    folder = None if by_environment else tmp_path
    assert set(board_file.files()) | {"mine"} == set(board_file.files(folder))
    assert board_file.load("mine", folder).name == "mine"


def test_a_board_may_be_named_by_its_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(MICROBIT, "utf-8")
    assert board_file.load(str(path)).name == "mine"
    with pytest.raises(InputError, match=r"no\.toml"):
        board_file.load(str(tmp_path / "no.toml"))


def test_a_transport_may_be_chosen_of_those_that_the_board_has(tmp_path):
    assert board_file.load("microbit").transport == "semihosting"
    assert board_file.load("microbit", transport="uart").transport == "uart"
    with pytest.raises(UnknownName, match="transport of cortex-m0: no 'linux'"):
        board_file.load("microbit", transport="linux")
    path = tmp_path / "mute.toml"
    before, _, rest = MICROBIT.partition("[uart]")
    path.write_text(before + rest[rest.index("[[setup]]") :], "utf-8")
    with pytest.raises(InputError, match=r"mute\.toml: has no \[uart\]"):
        board_file.load(str(path), transport="uart")
    path.write_text(path.read_text("utf-8").replace('"semihosting"', '"uart"'), "utf-8")
    with pytest.raises(InputError, match=r"mute\.toml: field 'uart' is missing"):
        board_file.load(str(path))


def test_a_missing_folder_of_boards_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="no such folder of boards"):
        board_file.files(tmp_path / "none")


def test_command_lists_all_boards():
    result = command.run(argparse.Namespace(boards=None)).as_dict()
    assert [row["name"] for row in result["boards"]] == list(board_file.files())
    head, *lines = command.show(result).splitlines()
    assert head.split()[:3] == ["board", "core", "MHz"]
    line = next(line for line in lines if line.startswith("microbit "))
    assert line.split()[:5] == ["microbit", "cortex-m0", "16", "256", "16"]
    by_name = {row["name"]: row["flash_by"] for row in result["boards"]}
    assert (by_name["rpi-pico"], by_name["raspberry-pi-4"]) == ("uf2", None)  # a UF2 drive needs no program


def test_command_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(toolchain.importlib.util, "find_spec", lambda name: None)
    result = command.run(argparse.Namespace(boards=None)).as_dict()
    row = next(row for row in result["boards"] if row["name"] == "microbit")
    assert (row["build"], row["emulate"], row["compilers"]) == (False, False, [])
    printed = command.show(result)
    for remedy in ("apt-get install gcc-arm-none-eabi", "pip install", "apt-get install qemu-system-arm"):
        assert remedy in printed
    with pytest.raises(ToolError, match=r"gcc-arm-none-eabi.*pip install"):
        toolchain.find(board_file.load("microbit").core)


def test_a_compiler_that_is_not_needed_is_not_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(toolchain.importlib.util, "find_spec", lambda name: name == "ziglang")
    result = command.run(argparse.Namespace(boards=None)).as_dict()
    row = next(row for row in result["boards"] if row["name"] == "microbit")
    assert (row["build"], row["compilers"]) == (True, ["zig"])
    assert not any("gcc" in what for what in row["missing"])
    printed = command.show(result)
    line = next(line for line in printed.splitlines() if line.startswith("microbit "))
    assert line.split()[5:7] == ["zig", "no"]
    assert printed.count("not needed, as builds work: arm-none-eabi-gcc is not on PATH") == 1


def test_a_board_without_an_emulator_says_so(tmp_path):
    path = tmp_path / "real-only.toml"
    path.write_text(MICROBIT.split("[qemu]")[0], "utf-8")
    result = command.run(argparse.Namespace(boards=tmp_path)).as_dict()
    row = next(row for row in result["boards"] if row["name"] == "real-only")
    assert not row["emulate"]
    assert any("no QEMU machine for it" in what for what in row["missing"])
    printed = command.show(result)
    assert "real only" in next(line for line in printed.splitlines() if line.startswith("real-only "))
    assert "no QEMU machine" not in printed


def test_fit_is_checked_to_the_byte():
    board = board_file.load("microbit")
    full = {".text": 1024, ".rodata": 255 * 1024 - 4, ".data": 4, ".bss": 15 * 1024 - 4, ".stack": 1024}
    build.check_fit(board, full)
    with pytest.raises(
        DoesNotFit, match=r"flash .*\.rodata 261,120.* is 4 bytes over its 262,144 \(try --bits 4"
    ):
        build.check_fit(board, full | {".rodata": 255 * 1024})
    with pytest.raises(DoesNotFit, match=r"RAM .*is 1 bytes over its 16,384"):
        build.check_fit(board, full | {".bss": 15 * 1024 - 3})


def test_a_program_that_greets_gets_its_input_afterwards():
    """Before its greeting it drops what has come."""
    script = "sleep 0.2; timeout 0.1 cat >/dev/null; echo ready; cat"
    assert programs.run(["sh", "-c", script], 5, data=b"asked", greets=True).stdout == b"ready\nasked"
    assert programs.run(["true"], 5, data=b"asked", greets=True).stdout == b""
    with pytest.raises(ToolError, match=r"sleep: stopped after its limit of 0.1 s"):
        programs.run(["sleep", "5"], 0.1, greets=True)


def test_external_programs_are_limited_in_time():
    with pytest.raises(ToolError, match=r"sleep: stopped after its limit of 0.1 s"):
        programs.run(["sleep", "5"], 0.1)


def test_a_failing_program_is_reported_in_one_line():
    script = "echo noise >&2; echo 'x.c: error: bad' >&2; echo more >&2; exit 3"
    with pytest.raises(ToolError, match=r"exit code 3 \(x.c: error: bad\)$"):
        programs.run(["sh", "-c", script], 5)
    with pytest.raises(ToolError, match="cannot start no-such-program"):
        programs.run(["no-such-program"], 5)


def test_a_program_that_does_not_read_its_input_is_no_failure():
    assert programs.run(["true"], 5, data=bytes(10**6)).returncode == 0


def test_output_folder_that_holds_other_things_is_not_replaced(tmp_path):
    assert output_folder(tmp_path / "new") == tmp_path / "new"
    assert output_folder(tmp_path) == tmp_path  # empty
    (tmp_path / "src").mkdir()
    with pytest.raises(InputError, match="did not write"):
        output_folder(tmp_path)
    (tmp_path / "firmware.elf").touch()
    assert output_folder(tmp_path) == tmp_path
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(InputError, match=r"holds 'thesis\.tex'"):
        output_folder(tmp_path)
    with pytest.raises(InputError, match=r"thesis\.tex is a file"):
        output_folder(tmp_path / "thesis.tex")


def test_run_on_a_board_without_an_emulator_names_the_board_that_count_takes():
    firmware = SimpleNamespace(board=board_file.load("nrf52840dk"))
    with pytest.raises(ToolError, match="snnedge count counts for it on mps2-an386"):
        qemu.run_batch(firmware, np.zeros((1, 64), np.uint8), 0)
