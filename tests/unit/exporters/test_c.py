"""The C core outside Python: under the sanitizers, freestanding, and as its header's example says."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from networks import random_network
from scans import random_scan_network

from snnedge.backends import open_backend
from snnedge.compiler.quantize import quantize
from snnedge.compiler.tables import lower
from snnedge.exporters import c
from snnedge.support import resources

ROOT = Path(__file__).parents[3]
CSRC = resources.folder("csrc")
SOURCES = sorted(p for p in CSRC.rglob("*.c") if not {"simd", "mcu"} & set(p.parts))  # plain C
# What compilers emit calls to by themselves; nothing else may be missing from the core.
ALLOWED = {"memcpy", "memset", "memmove", "memcmp"}


def sh(*words, **options):
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=300, **options)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.compiler("cc", "cmake")
def test_c_tests_pass_under_address_and_undefined_behaviour_sanitizers(tmp_path):
    sh("cmake", "-S", ROOT, "-B", tmp_path, "-DSNN_TESTS=ON", "-DSNN_SANITIZE=ON")
    sh("cmake", "--build", tmp_path, "-j2")
    sh("ctest", "--test-dir", tmp_path, "--output-on-failure")


@pytest.mark.compiler("cmake", "ziglang")
@pytest.mark.qemu("qemu-aarch64")
def test_c_tests_pass_with_neon_on_an_emulated_processor(tmp_path):
    compiler = tmp_path / "cc"
    compiler.write_text(f'#!/bin/sh\nexec {sys.executable} -m ziglang cc -target aarch64-linux-musl "$@"\n')
    compiler.chmod(0o755)
    target = ["-DCMAKE_SYSTEM_NAME=Linux", "-DCMAKE_SYSTEM_PROCESSOR=aarch64"]
    target += [f"-DCMAKE_C_COMPILER={compiler}", "-DCMAKE_CROSSCOMPILING_EMULATOR=qemu-aarch64"]
    sh("cmake", "-S", ROOT, "-B", tmp_path / "build", "-DSNN_TESTS=ON", *target)
    assert "runs_neon" in (tmp_path / "build" / "kind_list.c").read_text()
    sh("cmake", "--build", tmp_path / "build", "-j2")
    sh("ctest", "--test-dir", tmp_path / "build", "--output-on-failure")


@pytest.mark.compiler("cc")
@pytest.mark.parametrize("optimise", ["-O0", "-O2", "-Os"])
def test_the_core_is_freestanding(tmp_path, optimise):
    """No malloc, no printf, no float helper: nothing undefined beyond the allow-list."""
    objects = []
    for source in SOURCES:
        objects.append(tmp_path / f"{source.stem}.o")
        sh("cc", "-std=c99", "-ffreestanding", optimise, "-c", source, "-o", objects[-1])
    sh("cc", "-r", "-nostdlib", "-o", tmp_path / "core.o", *objects)
    missing = set(re.findall(r"^\s+U (\S+)", sh("nm", "-u", tmp_path / "core.o"), re.MULTILINE))
    assert missing <= ALLOWED


@pytest.mark.compiler("cc")
def test_the_core_has_no_globals_and_no_floats(tmp_path):
    for source in SOURCES:
        sh("cc", "-std=c99", "-O2", "-fno-pie", "-c", source, "-o", tmp_path / "x.o")
        symbols = sh("nm", tmp_path / "x.o")
        assert not re.search(r" [BbDdC] ", symbols), symbols  # writable data of any sort
        code = re.sub(r"/\*.*?\*/", "", source.read_text(), flags=re.DOTALL)
        assert not re.search(r"\b(float|double)\b", code)


@pytest.mark.compiler("cc")
def test_the_program_at_the_top_of_the_header_compiles_and_runs(tmp_path):
    model = quantize(random_network(1))
    for path, text in (c.sources(model) | {"example.c": header_example()}).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text.replace("digits", "random").replace("DIGITS", "RANDOM"))
    files = sorted(tmp_path.rglob("*.c"))
    flags = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", tmp_path]
    sh("cc", *flags, *files, "-o", tmp_path / "example")
    assert subprocess.run([tmp_path / "example"], check=False, timeout=60).returncode == 255  # undecided


def header_example():
    comment = (CSRC / "snn.h").read_text().split("*/")[1]
    lines = re.findall(r"^ \*     (.*)$|^ \*()$", comment, re.MULTILINE)
    code = "\n".join(a or b for a, b in lines)
    return code[code.index("#include") :]


def test_a_two_layer_network_fits_in_a_kilobyte_of_ram():
    """16 maps and 30 neurons on 28x28: of the image a bit per pixel is kept, and a bit per position."""
    layout = {"maps": 16, "rows": 24, "columns": 24, "image_width": 28, "pool": 4, "stride": 4}
    net = random_scan_network(1)
    rng = np.random.default_rng(1)
    net = replace(
        net,
        encoder=replace(net.encoder, shape=(28, 28)),
        populations=(
            replace(net.populations[0], size=576, params=layout | {"threshold": rng.uniform(1, 5, 16)}),
            replace(net.populations[1], size=30, params={"bias": np.ones(30), "threshold": np.ones(30)}),
        ),
        projections=(
            replace(
                net.projections[0],
                weights=rng.uniform(0, 1, (16, 5, 5)),
                params={"image_width": 28, "min_active": 2},
            ),
            replace(net.projections[1], weights=rng.normal(0, 1, (576, 30))),
        ),
        readout=replace(net.readout, labels=np.zeros(30, np.int16)),
    )
    model = quantize(net, 4)
    assert c.workspace_bytes(lower(model)) <= 768
    assert c.table_bytes(lower(model)) <= 12_000


@pytest.mark.compiler("cc", "cmake")
def test_the_exported_folder_builds_and_answers_by_its_own_cmake(tmp_path):
    model = quantize(random_network(1))
    c.write(model, tmp_path / "out")
    sh("cmake", "-S", tmp_path / "out", "-B", tmp_path / "b")
    sh("cmake", "--build", tmp_path / "b")
    from images import random_images

    from snnedge.runtime.runtime import Runtime

    images = random_images((4, 5), 10)
    done = subprocess.run(
        [tmp_path / "b" / "random_samples"], input=images.tobytes(), capture_output=True, check=True
    )
    printed = [int(line.split()[0]) for line in done.stdout.decode().splitlines()]
    assert printed == Runtime(model).predict(images).tolist()


@pytest.mark.compiler("cc", "cmake")
@pytest.mark.parametrize("name", c.CMAKE_TARGETS)
def test_cmake_configures_a_model_that_has_the_name_of_one_of_its_targets(name, tmp_path):
    c.write(replace(quantize(random_network(1)), name=name), tmp_path / "out")
    sh("cmake", "-S", tmp_path / "out", "-B", tmp_path / "b")


def test_a_model_exports_one_symbol_and_it_bears_the_models_name():
    tables = c.sources(quantize(random_network(1)))[c.tables_path("random")]
    defined = re.findall(r"^(?!static |extern )[a-z][\w *]*?(\w+)(?:\[\])? =", tables, re.MULTILINE)
    assert defined == ["random_model"]


@pytest.mark.compiler("cc")
@pytest.mark.parametrize("hidden", ["encoder", "labels", "populations", "a.b", "Output", "input_to_output"])
def test_parts_may_have_any_name(tmp_path, hidden):
    net = random_network(1, hidden=5)
    names = {"hidden": hidden, "output": "a_b" if hidden == "a.b" else "output", "input": "input"}
    populations = tuple(replace(p, name=names[p.name]) for p in net.populations)
    projections = tuple(replace(s, source=names[s.source], target=names[s.target]) for s in net.projections)
    readout = replace(net.readout, population=names["output"])
    model = quantize(replace(net, populations=populations, projections=projections, readout=readout))
    assert open_backend("c", model).trace(np.zeros((1, 4, 5), np.uint8)).spikes.sum() == 0


@pytest.mark.compiler("cc")
@pytest.mark.parametrize("name", ["features", "stdint", "Stddef", "string"])
def test_a_model_called_like_a_system_header_does_not_hide_it(tmp_path, name):
    """The compiler searches src/ before the folders of the C library."""
    model = replace(quantize(random_network(1)), name=name)
    c.write(model, tmp_path)
    source = tmp_path / "src"
    assert not (source / f"{name.lower()}.h").exists()
    command = [
        "cc",
        "-std=c99",
        "-fsyntax-only",
        "-I",
        str(source),
        str(source / c.tables_path(c.c_name(model))),
    ]
    assert subprocess.run(command, capture_output=True, text=True).stderr == ""


@pytest.mark.parametrize(("name", "expected"), [
    ("digits", "digits"), ("My net!", "my_net_"), ("3d", "net_3d"), ("", "net_"), ("数字", "__"),
    ("a*/b", "a__b"),
])  # fmt: skip
def test_any_name_becomes_a_c_identifier(name, expected):
    from snnedge.compiler.tables import identifier

    assert identifier(name) == expected
