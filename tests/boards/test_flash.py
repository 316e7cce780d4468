"""snnedge flash: each runner as far as it goes without a board, and each with its failing twin."""

import errno
import os
import shutil
import socket
import struct
import time
from dataclasses import replace
from pathlib import Path

import needs
import pytest
from stand_in import ANY_CORE, HASH, stand_in

from snnedge.boards import board_file, flash
from snnedge.boards.firmware import build, elf
from snnedge.boards.flash import job as flash_job
from snnedge.boards.flash.runners import esptool, gdb, openocd, picotool, pyocd, uf2
from snnedge.boards.flash.runners import qemu as emulated
from snnedge.cli.main import main
from snnedge.errors import InputError, ToolError
from snnedge.support import programs

PICO = "Model: Raspberry Pi RP2\nBoard-ID: RPI-RP2\n"


@pytest.fixture(scope="module")
@needs.by_fixture(pytest.mark.compiler)
def job(tmp_path_factory):
    """A job for a board and a runner, with firmware that is built once for each board."""
    built = {}

    def make(name: str, runner: str, port: str | None = None, verify: bool = False) -> flash.Job:
        if name not in built:
            folder = tmp_path_factory.mktemp(name) / "firm ware"
            needs.board_compiler(board_file.load(name))
            built[name] = build.build(board_file.load(name), stand_in(code=ANY_CORE), folder)
        board = board_file.load(name)
        return flash.Job(board, built[name].elf, HASH, board.runners.get(runner, {}), port, verify)

    return make


@pytest.fixture
@needs.by_fixture(pytest.mark.qemu)
def debugger() -> None:
    needs.program(gdb.PROGRAM)
    needs.emulator(board_file.load("microbit"))


@pytest.fixture
def drive(tmp_path) -> Path:
    """A folder that looks like a Pico's boot loader."""
    (tmp_path / uf2.INFO).write_text(PICO)
    return tmp_path


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Put a shell script on the PATH in place of a program, before all others."""

    def make(name: str, script: str) -> None:
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}{os.environ['PATH']}")

    return make


# --- gdb, and QEMU through it -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["microbit", "mps2-an505", "mps3-an547"])
def test_an_empty_emulated_board_is_flashed_runs_and_says_its_hash(debugger, job, name):
    verified = flash.flash("qemu", job(name, "qemu", verify=True))
    assert f"model {HASH:016x} read back" in verified
    assert ".text" in verified


def test_a_byte_that_changes_behind_gdb_is_noticed(debugger, job, monkeypatch):
    monkeypatch.setattr(gdb, "LOAD", ("load", "set {char}0x100 = 1 + {char}0x100"))
    with pytest.raises(ToolError, match=r"holds other bytes than .* in \.text"):
        flash.flash("qemu", job("microbit", "qemu", verify=True))


def test_another_model_on_the_board_is_noticed(debugger, job):
    with pytest.raises(ToolError, match="runs model 0123456789abcdef, flashed was 0000000000000001"):
        flash.flash("qemu", replace(job("microbit", "qemu"), hash=1))


def test_firmware_of_another_board_is_noticed(debugger, job):
    wrong = replace(job("mps2-an505", "qemu", verify=True), board=board_file.load("microbit"))
    with pytest.raises(ToolError, match=r"^(gdb-multiarch: |the board holds other bytes)"):
        flash.flash("qemu", wrong)


def test_gdb_loads_through_a_server(debugger, job):
    with socket.create_server(("localhost", 0)) as free:
        port = f"localhost:{free.getsockname()[1]}"
    wanted = job("microbit", "gdb", port, verify=True)
    command = [*emulated.emulator(wanted)[:-4], "-gdb", f"tcp:{port}"]
    with pytest.raises(InterruptedError), programs.started(command):  # noqa: PT012
        for _ in range(100):
            try:
                assert ".text" in flash.flash("gdb", wanted)
                raise InterruptedError  # which ends the emulator
            except ToolError:
                time.sleep(0.05)


def test_no_gdb_server_and_no_such_port_are_reported(debugger, job):
    with socket.create_server(("localhost", 0)) as free:
        port = f"localhost:{free.getsockname()[1]}"
    with pytest.raises(ToolError, match=f"no gdb server at {port}"):
        flash.flash("gdb", job("microbit", "gdb", port))
    for wrong in ("/dev/ttyACM0", "localhost:", "localhost:99999"):
        with pytest.raises(InputError, match="wants HOST:PORT"):
            flash.flash("gdb", job("microbit", "gdb", wrong))


# --- UF2 --------------------------------------------------------------------------------------------


def test_uf2_holds_the_image_block_by_block(job, drive):
    wanted = job("rpi-pico", "uf2", str(drive))
    assert flash.flash("uf2", wanted) == ""
    content = (drive / uf2.NAME).read_bytes()
    start, image = elf.image(wanted.elf)
    assert start == 0x10000000
    count = len(content) // 512
    found = b""
    for k in range(count):
        block = content[512 * k : 512 * (k + 1)]
        head = (0x0A324655, 0x9E5D5157, 0x2000, start + 256 * k, 256, k, count, 0xE48BFF56)
        assert struct.unpack_from("<8I", block) == head
        assert struct.unpack_from("<I", block, 508) == (0x0AB16F30,)
        found += block[32 : 32 + 256]
    assert found[: len(image)] == image
    assert set(found[len(image) :]) <= {0xFF}
    assert len(found) % 4096 == 0


@pytest.mark.needs("arm-none-eabi-objcopy")
def test_the_image_is_what_objcopy_makes(job, tmp_path):
    path = job("rpi-pico", "uf2").elf
    programs.run(["arm-none-eabi-objcopy", "-O", "binary", str(path), str(tmp_path / "image")], 30)
    assert elf.image(path)[1] == (tmp_path / "image").read_bytes()


def test_the_drive_is_found_among_others(job, tmp_path, monkeypatch):
    for name, info in (("a", "Board-ID: RP2350\n"), ("b", PICO)):
        (tmp_path / name).mkdir()
        (tmp_path / name / uf2.INFO).write_text(info)
    (tmp_path / "0").mkdir()
    monkeypatch.setattr(uf2, "MOUNT_POINTS", (f"{tmp_path}/*",))
    flash.flash("uf2", job("rpi-pico", "uf2"))
    assert [path.parent.name for path in tmp_path.glob(f"*/{uf2.NAME}")] == ["b"]
    (tmp_path / "b" / uf2.INFO).unlink()
    with pytest.raises(ToolError, match="no UF2 drive RPI-RP2"):
        flash.flash("uf2", job("rpi-pico", "uf2"))


def test_another_boards_drive_and_a_mere_folder_are_refused(job, drive, tmp_path):
    (drive / uf2.INFO).write_text("Board-ID: RP2350\n")
    with pytest.raises(InputError, match="UF2 drive of board 'RP2350', and rpi-pico is 'RPI-RP2'"):
        flash.flash("uf2", job("rpi-pico", "uf2", str(drive)))
    (drive / uf2.INFO).unlink()
    with pytest.raises(InputError, match=r"cannot read .*INFO_UF2\.TXT: .*; .* hold BOOTSEL"):
        flash.flash("uf2", job("rpi-pico", "uf2", str(drive)))
    assert not (drive / uf2.NAME).exists()


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
def test_a_drive_that_cannot_be_written_is_reported_and_left_clean(job, drive, monkeypatch, number):
    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(uf2.os, "fsync", refuse)
    with pytest.raises(InputError, match=f"cannot write .*: {os.strerror(number)}"):
        flash.flash("uf2", job("rpi-pico", "uf2", str(drive)))
    assert not (drive / uf2.NAME).exists()


def test_a_drive_that_leaves_after_the_last_block_is_a_success(job, drive, monkeypatch):
    def leave(_: int) -> None:
        (drive / uf2.INFO).unlink()
        raise OSError(errno.EIO, "gone")

    monkeypatch.setattr(uf2.os, "fsync", leave)
    flash.flash("uf2", job("rpi-pico", "uf2", str(drive)))


# --- probes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("runner", ["openocd", "pyocd"])
def test_without_a_probe_it_fails_at_once(job, runner):
    needs.program(flash.load(runner).PROGRAM)
    begin = time.monotonic()
    with pytest.raises(ToolError, match=f"^{runner}: exit code 1"):
        flash.flash(runner, job("microbit", runner))
    assert time.monotonic() - begin < 30


@pytest.mark.parametrize("name", ["microbit", "stm32f4discovery", "nrf52840dk"])
def test_openocd_without_a_probe_says_so_whatever_the_kind_of_probe(job, name):
    needs.program(openocd.PROGRAM)
    with pytest.raises(ToolError, match="no probe: plug the board in"):
        flash.flash("openocd", job(name, "openocd"))


@pytest.mark.parametrize("runner", ["openocd", "pyocd", "picotool"])
def test_a_program_that_is_missing_comes_with_its_remedy(job, runner, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolError, match=f"^{runner} is not on PATH: .*install"):
        flash.flash(runner, job("rpi-pico", runner))


@pytest.mark.parametrize("runner", [openocd, pyocd], ids=["openocd", "pyocd"])
def test_a_program_that_hangs_is_stopped(job, fake, monkeypatch, runner):
    name = runner.PROGRAM.command
    fake(name, "sleep 60")
    monkeypatch.setattr(flash_job, "LIMIT", 0.3)
    with pytest.raises(ToolError, match=f"{name}: stopped after its limit of 0.3 s"):
        flash.flash(name, job("microbit", name))


def test_command_lines_to_the_letter(job):
    wanted = job("rpi-pico", "openocd", "E66", verify=True)
    files = ["-f", "interface/cmsis-dap.cfg", "-f", "target/rp2040.cfg"]
    at, serial = f"{elf.hash_address(wanted.elf):#x}", ["-c", "adapter serial {E66}"]
    look = ["-c", f"mdw {at} 2", "-c", "reset run", "-c", "shutdown"]
    order = [*serial, "-c", f"program {{{wanted.elf}}} verify", *look]
    assert openocd.command(wanted) == ["openocd", *files, *order]
    order = [*serial, "-c", f"program {{{wanted.elf}}} reset exit"]
    assert openocd.command(replace(wanted, verify=False)) == ["openocd", *files, *order]
    wanted = job("rpi-pico", "pyocd", "E66", verify=True)
    options = ["--no-wait", "--target", "rp2040", "--uid", "E66"]
    write = ["pyocd", "flash", *options, str(wanted.elf)]
    assert pyocd.commands(wanted) == [write, ["pyocd", "commander", *options, "-c", f"read32 {at} 8"]]
    assert pyocd.commands(replace(wanted, verify=False)) == [write]
    serial, after = ["--ser", "E66"], f"{elf.hash_address(wanted.elf) + 8:#x}"
    assert picotool.commands(wanted) == [
        ["picotool", "load", "--verify", str(wanted.elf), *serial],
        ["picotool", "save", "--range", at, after, "model-hash.bin", *serial],
        ["picotool", "reboot", *serial],
    ]
    executed = ["picotool", "load", "--execute", str(wanted.elf), *serial]
    assert picotool.commands(replace(wanted, verify=False)) == [executed]


# What the programs print of memory, and the shell that prints it of a board with the model "$1".
SAY = {
    "openocd": "echo '0x00001234: 89abcdef 01234567 ' >&2",
    "pyocd": "echo '00001234:  89abcdef 01234567    |....|'",
    "picotool": "[ $1 = save ] && printf '\\357\\315\\253\\211\\147\\105\\043\\001' > $5; true",
}


@pytest.mark.parametrize("runner", SAY)
def test_the_models_hash_is_read_back(job, fake, runner):
    wanted = job("rpi-pico", runner, verify=True)
    fake(runner, SAY[runner])
    assert f"model {HASH:016x} read back" in flash.flash(runner, wanted)
    with pytest.raises(
        ToolError, match="holds model 0123456789abcdef, flashed was 0000000000000001: flash a"
    ):
        flash.flash(runner, replace(wanted, hash=1))
    fake(runner, "true")
    with pytest.raises(ToolError, match=r"was not (read back: no answer|written)"):
        flash.flash(runner, wanted)
    assert flash.flash(runner, replace(wanted, verify=False)) == ""


# --- esptool ----------------------------------------------------------------------------------------

BOARD = """
real={real} flash={flash}
for word; do case $word in elf2image) exec $real "$@";; esac; done
while [ "${{1#*-flash}}" = "$1" ]; do shift; done
case $1 in
write-flash) [ "$4" ] && exit 9; cp "$3" $flash;;
verify-flash) cmp "$3" $flash >&2;;
read-flash) dd if=$flash of=$4 bs=1 skip=$(($2)) count=$3 2>/dev/null;;
esac
"""


@pytest.fixture
def chip(tmp_path, fake):
    """Makes a stand-in for esptool, whose flash is a file; images are made by the real one."""
    needs.program(esptool.PROGRAM)
    fake("esptool", BOARD.format(real=shutil.which("esptool"), flash=tmp_path / "flash"))
    return tmp_path / "flash"


def test_an_image_for_the_esp32_is_written_compared_and_read_back(job, chip):
    wanted = job("esp32-c3", "esptool", "/dev/ttyACM0", verify=True)
    assert flash.flash("esptool", wanted) == f"compared by esptool, model {HASH:016x} read back"
    with pytest.raises(ToolError, match="holds model 0123456789abcdef, flashed was 0000000000000001"):
        flash.flash("esptool", replace(wanted, hash=1))
    assert flash.flash("esptool", replace(wanted, verify=False)) == ""


def test_a_flash_that_keeps_other_bytes_is_noticed(job, chip, fake):
    wanted = job("esp32-c3", "esptool", "/dev/ttyACM0", verify=True)
    script = (chip.parent / "bin/esptool").read_text().removeprefix("#!/bin/sh\n")
    fake("esptool", script.replace('cp "$3"', 'head -c 300 "$3" >'))
    with pytest.raises(ToolError, match="esptool: exit code"):
        flash.flash("esptool", wanted)


def test_the_image_is_what_the_rom_loads(job, tmp_path):
    """Checked by esptool itself, without a chip: sums, chip, and segments where the SRAM is."""
    needs.program(esptool.PROGRAM)
    wanted = job("esp32-c3", "esptool")
    programs.run(esptool.make(wanted), 60, tmp_path)
    path = tmp_path / esptool.IMAGE
    said = programs.run(["esptool", "--chip", "esp32c3", "image-info", str(path)], 60).stdout.decode()
    assert "Chip ID: 5 (ESP32-C3)" in said
    assert "Entry point: 0x40380000" in said
    assert said.count("(valid)") == 2
    image = path.read_bytes()
    placed = elf.sections(wanted.elf)
    for name in (".text", ".rodata"):
        at, content = placed[name]
        start = esptool.offset(image, at)
        assert image[start : start + len(content)] == content
    with pytest.raises(ToolError, match="has nothing for address 0x42000000"):
        esptool.offset(image, 0x42000000)
    path.write_bytes(image[:200] + bytes([image[200] ^ 1]) + image[201:])
    said = programs.run(["esptool", "--chip", "esp32c3", "image-info", str(path)], 60).stdout.decode()
    assert said.count("(invalid") == 2


def test_code_and_tables_of_the_esp32_do_not_overlap(job):
    """The same memory at two addresses, 0x700000 apart; RAM begins where the image may reach at most."""
    board, placed = board_file.load("esp32-c3"), elf.sections(job("esp32-c3", "esptool").elf)
    code, code_size = placed[".text"][0] - 0x700000, len(placed[".text"][1])
    tables, tables_size = placed[".rodata"][0], len(placed[".rodata"][1])
    assert code == board.flash.origin
    assert code + code_size <= tables
    assert tables + tables_size <= board.flash.origin + board.flash.size <= board.ram.origin
    assert board.ram.origin + board.ram.size <= 0x3FCCAE00  # the ROM's


@pytest.mark.parametrize(("script", "message"), [
    ("echo 'ERROR: A fatal error occurred: This chip is ESP32 not ESP32-C3.' >&2; exit 2",
     "This chip is ESP32 not ESP32-C3"),
    ("echo 'ERROR: A fatal error occurred: Could not open /dev/ttyACM0, the port is busy.' >&2; exit 2",
     "Could not open /dev/ttyACM0"),
    ("sleep 60", "stopped after its limit of 10 s"),
])  # fmt: skip
def test_what_esptool_says_is_reported(job, chip, fake, monkeypatch, script, message):
    wanted = job("esp32-c3", "esptool", "/dev/ttyACM0")
    make = (chip.parent / "bin/esptool").read_text().splitlines()[2:4]
    fake("esptool", "\n".join((*make, script)))
    monkeypatch.setattr(flash_job, "LIMIT", 10.0)
    with pytest.raises(ToolError, match=message):
        flash.flash("esptool", wanted)


def test_without_a_port_esptool_fails_at_once(job):
    needs.program(esptool.PROGRAM)
    begin = time.monotonic()
    with pytest.raises(ToolError, match=r"esptool: exit code 2 \(.*Could not open /dev/ttyNONE"):
        flash.flash("esptool", job("esp32-c3", "esptool", "/dev/ttyNONE"))
    assert time.monotonic() - begin < 30


def test_without_esptool_there_is_its_remedy(job, monkeypatch):
    wanted = job("esp32-c3", "esptool", "/dev/ttyACM0", verify=True)
    monkeypatch.setenv("PATH", "/nowhere")
    for call in (flash.load("esptool").steps, lambda job: flash.flash("esptool", job)):
        with pytest.raises(ToolError, match=r"^esptool is not on PATH: pip install 'esptool>=5'"):
            call(wanted)


# --- the choice of a runner -------------------------------------------------------------------------


def test_auto_takes_the_first_of_the_boards_file_that_is_here(fake, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    microbit = board_file.load("microbit")
    with pytest.raises(ToolError, match=r"nothing here can flash microbit: pyocd .*; or openocd"):
        flash.choose(microbit)
    assert flash.choose(board_file.load("rpi-pico")) == "uf2"
    fake("openocd", "")
    assert flash.choose(microbit) == "openocd"
    fake("pyocd", "")
    assert flash.choose(microbit) == "pyocd"


def test_auto_takes_one_that_can_read_back_when_asked_to(fake, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    pico = board_file.load("rpi-pico")
    with pytest.raises(
        ToolError, match=r"nothing here can flash rpi-pico: picotool .*; or pyocd .*; or open"
    ):
        flash.choose(pico, verify=True)
    fake("pyocd", "")
    assert flash.choose(pico, verify=True) == "pyocd"
    only_uf2 = replace(pico, runners={"uf2": pico.runners["uf2"]})
    fake("gdb-multiarch", "")
    assert flash.choose(only_uf2, verify=True) == "gdb"


def test_a_runner_that_cannot_is_refused():
    microbit = board_file.load("microbit")
    with pytest.raises(InputError, match=r"uf2 cannot flash microbit; those that can: pyocd, openocd, gdb"):
        flash.choose(microbit, "uf2")
    with pytest.raises(InputError, match="did you mean 'openocd'"):
        flash.choose(microbit, "opencd")
    with pytest.raises(InputError, match="its programs are files"):
        flash.choose(board_file.load("raspberry-pi-4"))
    with pytest.raises(InputError, match=r"runners\.pyocd\.target is missing"):
        flash.check("pyocd", replace(microbit, runners={"pyocd": {}}), verify=False)
    message = "uf2 cannot read the board back; with --verify take picotool or pyocd or openocd or gdb"
    with pytest.raises(InputError, match=message):
        flash.check("uf2", board_file.load("rpi-pico"), verify=True)


def test_the_command_builds_for_the_uart_and_prints_what_it_would_do(job, tmp_path, fake, capsys):
    needs.board_compiler(board_file.load("microbit"))
    fake("openocd", f"echo called > {tmp_path}/called; echo 0x00001234: 23533b17 d4ccd2fe")
    output = tmp_path / "firmware"
    words = [
        "flash",
        "zoo:digits",
        "--board",
        "microbit",
        "--runner",
        "openocd",
        "-o",
        str(output),
        "--verify",
    ]
    assert main([*words, "--dry-run"]) == 0
    look = f"-c 'mdw {elf.hash_address(output / 'firmware.elf'):#x} 2' -c 'reset run' -c shutdown"
    order = f"'program {{{output}/firmware.elf}} verify' {look}"
    expected = f"openocd -f interface/cmsis-dap.cfg -f target/nrf51.cfg -c {order}\n"
    assert capsys.readouterr().out == expected
    assert not (tmp_path / "called").exists()
    assert (output / "firmware" / "uart.c").exists()
    assert main(words) == 0
    assert (
        "flashed by openocd; compared by openocd, model d4ccd2fe23533b17 read back"
        in capsys.readouterr().out
    )
    assert (tmp_path / "called").exists()


@pytest.mark.parametrize(("name", "runner"), [("microbit", "openocd"), ("esp32-c3", "esptool")])
def test_a_model_that_is_too_large_never_reaches_the_runner(job, tmp_path, fake, capsys, name, runner):
    job(name, runner)  # skips without a compiler
    text = board_file.files()[name].read_text("utf-8").replace("size = 0x40000", "size = 0x1000")
    (tmp_path / "tiny.toml").write_text(text)
    fake(runner, f"echo called > {tmp_path}/called")
    words = ["flash", "zoo:digits", "--board", str(tmp_path / "tiny.toml"), "--runner", runner]
    words += ["--port", "/dev/ttyACM0"] if runner == "esptool" else []
    assert main([*words, "-o", str(tmp_path / "firmware")]) == 2
    assert "does not fit tiny" in capsys.readouterr().err
    assert not (tmp_path / "called").exists()
