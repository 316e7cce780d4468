"""A stranger's board file and a port are data: nothing in them runs a program or writes a file."""

import re
import string
from dataclasses import replace
from pathlib import Path

import pytest

from snnedge.boards import board_file, flash
from snnedge.boards.emulate import qemu
from snnedge.boards.flash.runners import openocd
from snnedge.cli.main import main
from snnedge.errors import InputError
from snnedge.support import plugins

BUNDLED = board_file.files()
COMMON = ("", " ", "-x", "--help", "a\nb", "a\tb", "a;b", "a|b", "a$b", "a`b`", "a&b", 'a"b', "a'b", "a\\b")
COMMON += ("{a}", "a}b", "[exec id]", "a>b", "../a", "a/../b", "~a", "a\u202eb", "a\x1b[2Jb", "x" * 300)

HOSTILE = {
    ("qemu", "machine"): (
        *COMMON,
        "microbit,dumpdtb=/tmp/x",
        "microbit,memory-backend=m",
        "microbit -monitor stdio",
        "a/b",
    ),
    ("runners.openocd", "config"): (
        *COMMON,
        "/tmp/x.cfg",
        "x.cfg",
        "interface/../../x.cfg",
        "interface/x.cfg ../y.cfg",
        "interface/x.tcl",
        "interface/x.cfg -c shutdown",
        "interface/[exec id].cfg",
        "interface/$x.cfg",
        "interface/a{b.cfg",
        "interface/.x.cfg",
        "interface//x.cfg",
        "http://x/interface/x.cfg",
    ),
    ("runners.pyocd", "target"): (*COMMON, "nrf51 --script x.py", "a/b", "a.py -O x"),
    ("runners.esptool", "chip"): (*COMMON, "esp32 --port /dev/x", "auto"),
    ("runners.esptool", "flash_size"): (*COMMON, "4MB -o /tmp/x", "4"),
    ("runners.uf2", "family"): (*COMMON, "x", "0x123456789", "-1", "1e9"),
    ("runners.uf2", "drive"): (*COMMON, "/tmp"),
    ("runners.picotool", "device"): (*COMMON, "/tmp"),
    ("runners.other", "anything"): (*COMMON, "/tmp"),
    ("", "counted_on"): (*COMMON, "/tmp/x.toml", "x.toml", "a/b"),
}

PORTS = {
    "gdb": (*COMMON, "|touch x :3333", "host", "host:", "host:x", "-x:3333", "a b:1", "h:123456"),
    "openocd": (*COMMON, "a} ; shutdown ; set x {", "a b", "/dev/ttyACM0"),
    "pyocd": (*COMMON, "a b", "/dev/ttyACM0"),
    "picotool": (*COMMON, "a b", "/dev/ttyACM0"),
    "esptool": (*COMMON, "spy:///dev/ttyUSB0?file=x", "alt:///dev/ttyUSB0?class=os", "hwgrep://.",
                "/etc/passwd", "/dev/../etc/passwd", "loop://", "ttyUSB0", "COM", None),
    "qemu": ("gdb.sock", "localhost:3333"),
}  # fmt: skip
GOOD_PORTS = {
    "gdb": ("localhost:3333", ":3333", "127.0.0.1:1", "[::1]:3333", "my-host.local:65535"),
    "openocd": ("066DFF", "E6616407E3646B29", "9904360258224e45003a3018000000360000000097969901"),
    "pyocd": ("066DFF", "stlink:066DFF", "remote:localhost:5555"),
    "picotool": ("E6616407E3646B29",),
    "esptool": (
        "/dev/ttyUSB0",
        "/dev/cu.usbserial-1420",
        "/dev/serial/by-id/usb-Espressif_USB_JTAG_serial_debug_unit_34:85-if00",
        "COM3",
        "rfc2217://host:4000?ign_set_control",
        "socket://10.0.0.2:8888",
    ),
    "uf2": ("/media/me/RPI-RP2", "E:\\"),
}


def toml(text: str) -> str:
    """Return ``text`` as a TOML string."""
    kept = string.ascii_letters + string.digits
    return '"' + "".join(c if c in kept else f"\\U{ord(c):08x}" for c in text) + '"'


def board_with(table: str, key: str, text: str, folder: Path) -> Path:
    """Write the micro:bit's file with ``text`` in one field."""
    own = BUNDLED["microbit"].read_text("utf-8")
    if table == "":
        own = f"{key} = {toml(text)}\n{own}"
    elif f"[{table}]" in own:
        own = re.sub(rf"^{key} = .*$", lambda _: f"{key} = {toml(text)}", own, flags=re.M)
    else:
        own += f"\n[{table}]\n{key} = {toml(text)}\n"
    path = folder / "own.toml"
    path.write_text(own, "utf-8")
    return path


@pytest.mark.parametrize(
    ("place", "text"), [(place, text) for place, texts in HOSTILE.items() for text in texts], ids=ascii
)
def test_a_hostile_text_of_a_board_file_is_refused_in_one_line(place, text, tmp_path, capsys):
    table, key = place
    path = board_with(table, key, text, tmp_path)
    assert main(["build", "zoo:digits", "--board", str(path), "-o", str(tmp_path / "out")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"snnedge: error: {path}: field ")
    assert f"{key}'" in line
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["-x", "a b", "a;b", "a\nb", "[a]"])
def test_a_hostile_name_of_a_runner_or_setting_is_refused(name, tmp_path):
    for words in (f'[runners.{toml(name)}]\na = "b"\n', f'[runners.uf2]\n{toml(name)} = "b"\n'):
        path = tmp_path / "own.toml"
        path.write_text(f"{BUNDLED['microbit'].read_text('utf-8')}\n{words}")
        with pytest.raises(InputError, match="field 'runners"):
            board_file.read_board(path)


@pytest.mark.parametrize("runner", PORTS)
def test_a_hostile_port_is_refused_before_anything_runs(runner, monkeypatch):
    board = board_that_has(runner)
    monkeypatch.setattr(flash, "missing", lambda *_: None)
    for port in PORTS[runner]:
        with pytest.raises(
            InputError, match=r"^(--port .*: the )?runner \w+ (wants|takes|needs)"
        ) as refused:
            flash.check_port(runner, port)
        assert str(refused.value).isprintable()
        job = flash.Job(board, Path("x"), 0, board.runners.get(runner, {}), port, verify=False)
        with pytest.raises(InputError):
            flash.flash(runner, job)


@pytest.mark.parametrize("runner", GOOD_PORTS)
def test_ports_of_real_probes_are_taken(runner):
    for port in GOOD_PORTS[runner]:
        flash.check_port(runner, port)


def board_that_has(runner: str):
    boards = [board_file.load(name) for name in BUNDLED]
    return next((b for b in boards if runner in b.runners), board_file.load("microbit"))


def test_every_runner_states_which_ports_it_takes():
    assert set(PORTS) | {"uf2"} == set(plugins.names("runners"))


def test_esptool_never_chooses_a_port_by_itself(capsys, tmp_path):
    code = main(["flash", "zoo:digits", "--board", "esp32-c3", "--runner", "esptool", "--dry-run",
                 "-o", str(tmp_path / "out")])  # fmt: skip
    assert code == 2
    assert "runner esptool needs --port: a serial port, such as /dev/ttyUSB0" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["a}b", "a{b", "a[exec id]b", "a$b", 'a"b', "a;b", "a\\b", "a\nb"])
def test_a_path_that_tcl_would_read_is_refused(name):
    board = board_file.load("microbit")
    elf = Path("/tmp") / name / "firmware.elf"
    job = flash.Job(board, elf, 0, board.runners["openocd"], None, verify=False)
    with pytest.raises(InputError, match="OpenOCD would read"):
        openocd.command(job)


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_boards_have_no_options_in_their_command_lines(name):
    board = board_file.load(name)
    if board.machine:
        plain, other = (qemu.command_line(b, Path("/x")) for b in (board, replace(board, machine="other")))
        assert len(plain) == len(other)
        assert "," not in board.machine
