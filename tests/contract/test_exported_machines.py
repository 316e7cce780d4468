"""The exported self-test on other machines: 16-bit int, big-endian, 64 bits, cores without a multiplier.

Every machine gives the answer of the one that exported the model. No C library is needed but on the AVR.
"""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Timer

import numpy as np
import pytest
from exports import STRICT, digits, sh

from snnedge import model_file, zoo
from snnedge.exporters import c
from snnedge.model.integer_model import IntegerModel

HERE = Path(__file__).parent
GOLDEN = sorted((HERE / "golden").glob("*.safetensors"))
MACHINES = {  # name -> emulator, options of the compiler
    "cortex-m0": ("qemu-arm", "-target thumb-freestanding-eabi -mcpu=cortex_m0 -fomit-frame-pointer"),
    "rv32": ("qemu-riscv32", "-target riscv32-freestanding"),
    "powerpc": ("qemu-ppc", "-target powerpc-freestanding"),  # big-endian
    "s390x": ("qemu-s390x", "-target s390x-freestanding"),  # big-endian, 64 bits
}
AVR = ("avr-gcc", "-mmcu=atmega1280", "-std=gnu99", "-Wall", "-Wextra", "-Wconversion", "-Werror")
AVR_RAM = 8192
LIMIT = 15  # seconds of a run on an AVR; then its output is empty
FITS_AVR = 5000  # bytes of a workspace beside which the answers, the sample and the stack have room


def zoo_digits() -> IntegerModel:
    return model_file.load(zoo.path("digits"))


def far_labels() -> IntegerModel:
    """Return a model of which label and steps times 31 exceed 16 bits."""
    model = digits()
    labels = np.where(model.readout.labels < 0, -1, model.readout.labels + 100)
    readout = replace(model.readout, labels=labels, classes=model.readout.classes + 100, exit_margin=0)
    return replace(model, readout=replace(readout, class_names=()), steps=2200)


def undecided() -> IntegerModel:
    """Return a model that answers -1: no neuron has a class."""
    model = digits()
    readout = replace(model.readout, labels=np.full_like(model.readout.labels, -1), exit_margin=0)
    return replace(model, readout=replace(readout, nearest=False))


def exported(model: IntegerModel, place: Path) -> list[str]:
    """Export ``model`` to ``place``; return its sources and the paths of its headers, as words."""
    c.write(model, place)
    sources = map(str, sorted((place / "src").rglob("*.c")))
    return [*sources, "-I", str(place / "src"), "-I", str(place / "examples/self_test")]


def place_at(place: Path, offset: int) -> None:
    """Move the workspace of the self-test in ``place`` by ``offset`` bytes."""
    path = place / "examples/self_test/self_test.h"
    text = path.read_text()
    moved, found = re.subn(
        r"    static (uint32_t workspace\[\w+ / 4\];)",
        rf"    static struct {{ char before[{offset}]; \1 }} room;\n#define workspace room.workspace",
        text,
    )
    assert found == 1
    path.write_text(moved)


def on_linux(machine: str, model: IntegerModel, place: Path) -> str:
    emulator, options = MACHINES[machine]
    words = exported(model, place)
    compiler = (sys.executable, "-m", "ziglang", "cc", *options.split(), "-O2", "-fno-builtin", "-static")
    sh(*compiler, *STRICT, "-fno-sanitize=all", HERE / "machines/linux.c", *words, "-o", place / "program")
    return sh(emulator, place / "program").strip()


def built_for_avr(model: IntegerModel, place: Path, *options: str, offset: int = 0) -> Path:
    words = exported(model, place)
    if offset:
        place_at(place, offset)
    program = place / "program.elf"
    sh(*AVR, "-Waddr-space-convert", *(options or ["-Os"]), HERE / "machines/avr.c", *words, "-o", program)
    return program


def on_avr(program: Path) -> str:
    """Return the first line that ``program`` writes to the serial port of an emulated ATmega1280."""
    command = ("qemu-system-avr", "-M", "mega", "-display", "none", "-monitor", "none", "-serial", "stdio")
    with subprocess.Popen(
        (*command, "-bios", program), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        timer = Timer(LIMIT, process.kill)
        timer.start()
        assert process.stdout
        line = process.stdout.readline().strip()
        timer.cancel()
        process.kill()
    return line


def passes(model: IntegerModel) -> str:
    return f"PASS {model.hash_text}"


def conductances(path: Path) -> tuple[pytest.MarkDecorator, ...]:
    """Return the mark of models that do not end on an AVR with avr-gcc 5: `lif_cond_exp`."""
    return (pytest.mark.xfail(strict=True),) * path.stem.startswith("conductance")


def small_golden() -> list[Path]:
    """Return the golden models of which the workspace and the answers fit the RAM of an ATmega1280."""
    return [p for p in GOLDEN if c.workspace_bytes(c.lower(model_file.load(p))) < FITS_AVR]


@pytest.mark.qemu("qemu-arm", "ziglang")
@pytest.mark.parametrize("machine", MACHINES)
def test_passes_on(machine, tmp_path):
    assert on_linux(machine, zoo_digits(), tmp_path) == passes(zoo_digits())


@pytest.mark.qemu("qemu-arm", "ziglang")
@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_kind_passes_on_a_big_endian_machine(path, tmp_path):
    model = model_file.load(path)
    assert on_linux("powerpc", model, tmp_path) == passes(model)


@pytest.mark.compiler("cc")
@pytest.mark.parametrize("make", [zoo_digits, far_labels, undecided])
def test_passes_on_this_machine(make, tmp_path):
    words = exported(make(), tmp_path)
    sh("cc", *STRICT, tmp_path / "examples/self_test/main/main.c", *words, "-o", tmp_path / "program")
    assert sh(tmp_path / "program").strip() == passes(make())


@pytest.mark.qemu("avr-gcc", "qemu-system-avr")
@pytest.mark.parametrize("offset", range(4))
def test_passes_on_an_avr_at_any_placement(offset, tmp_path):
    assert on_avr(built_for_avr(zoo_digits(), tmp_path, offset=offset)) == passes(zoo_digits())


@pytest.mark.qemu("avr-gcc", "qemu-system-avr")
@pytest.mark.parametrize("make", [far_labels, undecided])
def test_checksums_pass_16_bits_on_an_avr(make, tmp_path):
    assert on_avr(built_for_avr(make(), tmp_path)) == passes(make())


@pytest.mark.qemu("avr-gcc", "qemu-system-avr")
@pytest.mark.parametrize(
    "path", [pytest.param(p, id=p.stem, marks=conductances(p)) for p in small_golden()]
)
def test_every_kind_passes_on_an_avr(path, tmp_path):
    model = model_file.load(path)
    assert on_avr(built_for_avr(model, tmp_path)) == passes(model)


@pytest.mark.compiler("avr-gcc", "avr-size")
def test_tables_of_an_avr_are_in_flash(tmp_path):
    """Of 6,816 bytes of tables, 60 in RAM are scalars; the rest of the data are structures and texts."""
    sizes = sh("avr-size", built_for_avr(zoo_digits(), tmp_path)).splitlines()[1].split()
    assert int(sizes[1]) < 1024
    assert int(sizes[1]) + int(sizes[2]) < AVR_RAM // 2


@pytest.mark.compiler("cc")
def test_the_self_test_states_the_status_of_a_refused_model(tmp_path):
    words = exported(digits(), tmp_path)
    header = tmp_path / "examples/self_test/self_test.h"
    header.write_text(header.read_text().replace("sizeof workspace)", "sizeof workspace - 4)"))
    sh("cc", *STRICT, tmp_path / "examples/self_test/main/main.c", *words, "-o", tmp_path / "program")
    done = subprocess.run([tmp_path / "program"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "FAIL: the workspace is too small\n")
