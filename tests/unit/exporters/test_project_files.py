"""The exported folder: a library for five build systems. Stand-ins replace those that are not installed."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import needs
import pytest
from exports import STRICT, arduino, digits, idf, sh, zephyr

from snnedge import model_file
from snnedge.compiler.tables import lower
from snnedge.exporters import c
from snnedge.exporters.c import project_files
from snnedge.support import resources

CATEGORIES = (  # Arduino's library specification 1.5, revision 2.2
    "Display,Communication,Signal Input/Output,Sensors,Device Control,Timing,Data Storage,Data Processing,"
    "Other"
)
SEMVER = r"\d+\.\d+\.\d+\+[0-9a-f]{16}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("export") / "digits"
    c.write(digits(), path)
    return path


def passed() -> str:
    return f"PASS {digits().hash_text}\n"


# --- all of them ------------------------------------------------------------------------------------


def test_every_template_is_filled_in(folder):
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".safetensors"]
    assert {path.name for path in project_files.TEMPLATES.rglob("*") if path.is_file()} <= {
        f.name for f in files
    }
    for path in files:
        assert not re.search("@[A-Z]+@", path.read_text()), path


def test_a_file_among_the_templates_is_a_file_of_the_folder(tmp_path, monkeypatch):
    shutil.copytree(project_files.TEMPLATES, tmp_path / "templates")
    (tmp_path / "templates" / "new").mkdir()
    (tmp_path / "templates" / "new" / "BUILD").write_text("library(@NAME@, @HASH@)")
    monkeypatch.setattr(project_files, "TEMPLATES", tmp_path / "templates")
    c.write(digits(), tmp_path / "digits")
    assert (tmp_path / "digits/new/BUILD").read_text() == f"library(digits, {digits().hash_text})"


def test_an_export_of_an_earlier_snnedge_is_replaced(folder, tmp_path):
    """It has a main.c at the top, no license, and all headers in src/."""
    shutil.copytree(folder, tmp_path / "digits")
    for name in ("main.c", "src/model.h", "src/kinds.h"):
        (tmp_path / "digits" / name).touch()
    (tmp_path / "digits" / "LICENSE").unlink()
    c.check_path(tmp_path / "digits")


def test_the_license_of_the_core_is_in_the_folder(folder):
    assert (folder / "LICENSE").read_text() == (resources.folder("csrc").parent / "LICENSE").read_text()


# --- headers ----------------------------------------------------------------------------------------


def test_no_file_points_to_a_package_index(folder):
    for path in (path for path in folder.rglob("*") if path.suffix not in (".safetensors", "")):
        assert "pypi" not in path.read_text(), path  # snnedge is on none yet


def test_only_the_models_header_and_snn_h_are_public(folder):
    assert {path.name for path in (folder / "src").iterdir()} == {"digits.h", "snn.h", "digits_private"}


@pytest.mark.compiler("cc")
def test_all_files_are_included_by_relative_paths(folder, tmp_path):
    for source in (folder / "src").rglob("*.c"):
        sh("cc", "-std=c99", "-c", source, "-o", tmp_path / "x.o")  # without an include path


def test_the_header_states_what_a_program_must_know():
    model = digits()
    macros = dict(re.findall(r"^#define DIGITS_(\w+) (\S+)$", c.sources(model)["digits.h"], re.M))
    assert macros == {
        "HASH": f"0x{model.hash_text}ULL",
        "INPUTS": "20",
        "ROWS": "4",
        "COLUMNS": "5",
        "STEPS": str(model.steps),
        "STEP_MICROSECONDS": str(round(1e6 * model.dt)),
        "NEURONS": str(len(model.readout.labels)),
        "CLASSES": str(model.readout.classes),
        "WORKSPACE_BYTES": str(c.workspace_bytes(lower(model))),
    }


@pytest.mark.parametrize(("shape", "order", "axes"), [
    ((20,), "one per input", []),
    ((4, 5), "4 rows of 5 pixels, from the top left row by row", ["ROWS 4", "COLUMNS 5"]),
    ((2, 5, 2), "2 rows of 5 pixels of 2 channels", ["ROWS 2", "COLUMNS 5", "CHANNELS 2"]),
    ((2, 5, 1, 2), "an array of 2 x 5 x 1 x 2 in C order", []),
])  # fmt: skip
def test_the_header_states_shape_and_order(shape, order, axes):
    model = digits()
    text = c.sources(replace(model, encoder=replace(model.encoder, shape=shape)))["digits.h"]
    assert f"DIGITS_INPUTS bytes, {order}" in text
    assert re.findall(r"DIGITS_((?:ROWS|COLUMNS|CHANNELS) \d+)", text) == axes


@pytest.mark.compiler("cc")
def test_class_names_are_texts_of_c(tmp_path):
    names = ('"quoted"', "a\\b??/ %s*/", "数字 5", "plain")
    model = digits()
    readout = replace(model.readout, class_names=(*names, *"abcdef")[: model.readout.classes])
    c.write(replace(model, readout=readout), tmp_path / "digits")
    program = """#include <stdio.h>
#include "digits.h"
int main(void) {
    static const char *const names[DIGITS_CLASSES] = DIGITS_CLASS_NAMES;
    for (int k = 0; k < DIGITS_CLASSES; k++) puts(names[k]);
    return 0;
}
"""
    (tmp_path / "main.c").write_text(program)
    words = ["cc", *STRICT, "-I", tmp_path / "digits/src", tmp_path / "main.c", "-o", tmp_path / "main"]
    sh(*words)
    assert sh(tmp_path / "main").splitlines() == list(readout.class_names)
    assert "CLASS_NAMES" not in c.sources(model)["digits.h"]


@pytest.mark.parametrize(("margin", "message"), [
    (0, "All of them run."), (1, "leads by 1 vote."), (3, "leads by 3 votes.")
])  # fmt: skip
def test_the_header_states_when_a_sample_ends(margin, message):
    model = digits()
    text = c.sources(replace(model, readout=replace(model.readout, exit_margin=margin)))["digits.h"]
    assert f"at most DIGITS_STEPS steps of {1000 * model.dt:g} ms. " in text
    assert message in text


# --- names ------------------------------------------------------------------------------------------


def files_of(name: str, place: Path) -> set[str]:
    c.write(replace(digits(), name=name), place)
    return {path.stem for path in place.rglob("*") if path.suffix == ".h"}


@pytest.mark.compiler("cc")
def test_a_model_may_have_the_name_of_any_file_in_its_folder(tmp_path):
    """Every source and both examples compile with src/ on the path."""
    names = sorted(files_of("digits", tmp_path / "digits") | {"main", "test", "all", "alloca", "int"})
    assert {"self_test", "snn", "kind"} <= set(names)
    for name in names:
        folder = tmp_path / "of" / name
        c.write(replace(digits(), name=name), folder)
        sh("cc", "-std=c99", "-fsyntax-only", "-I", folder / "src", *sorted(folder.rglob("*.c")))


@pytest.mark.compiler("cc")
def test_no_model_has_the_name_of_a_header_that_a_standard_header_includes(tmp_path):
    """Those of the compiler and of the C library, as -M lists them, below the standard ones."""
    headers = "\n".join(
        f"#if __has_include(<{name}.h>)\n#include <{name}.h>\n#endif"
        for name in (*c.C_HEADERS, *c.POSIX_HEADERS)
        if name not in ("tgmath", "threads")
    )
    (tmp_path / "all.c").write_text(f"#define _GNU_SOURCE\n{headers}\n")
    found = [Path(word) for word in sh("cc", "-M", tmp_path / "all.c").split() if word.endswith(".h")]
    folders = {path.parent for path in found if path.name in ("assert.h", "stdarg.h")}
    stems = {path.stem for path in found if path.parent in folders}
    assert {"alloca", "stdio", "stddef", "unistd"} <= stems
    assert not sorted(stem for stem in stems if c.c_name(replace(digits(), name=stem)) == stem)


# --- CMake, and the self-test -----------------------------------------------------------------------


def built(folder: Path, place: Path) -> Path:
    sh("cmake", "-S", folder, "-B", place)
    sh("cmake", "--build", place)
    return place / "digits_self_test"


@pytest.mark.compiler("cmake", "cc")
def test_cmake_builds_it_and_the_self_test_passes(folder, tmp_path):
    assert sh(built(folder, tmp_path / "build")) == passed()
    sh("ctest", "--test-dir", tmp_path / "build")


@pytest.mark.compiler("cmake", "cc")
def test_a_threshold_that_differs_fails_the_self_test(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "digits")
    tables = tmp_path / "digits/src" / c.tables_path("digits")
    found = re.search(r"int16_t \w+_threshold\[\] = \{\n(\d+)", tables.read_text())
    tables.write_text(tables.read_text()[: found.start(1)] + "1" + tables.read_text()[found.end(1) :])
    done = subprocess.run([built(tmp_path / "digits", tmp_path / "b")], capture_output=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, b"FAIL\n")


# --- ESP-IDF ----------------------------------------------------------------------------------------


@pytest.mark.compiler("cmake", "cc")
def test_esp_idf_builds_it_as_a_component(folder, tmp_path):
    """A component is named by its folder, is read once by ``cmake -P``, and needs no compiler then."""
    shutil.copytree(folder, tmp_path / "digits")
    project = tmp_path / "digits/examples/self_test"
    (project / "start.c").write_text("void app_main(void);\nint main(void) { app_main(); return 0; }")
    sh("cmake", "-DESP_PLATFORM=1", "-S", project, "-B", tmp_path / "build", env=idf(tmp_path / "idf"))
    sh("cmake", "--build", tmp_path / "build")
    assert sh(tmp_path / "build/app") == passed()
    early = "macro(idf_component_register)\nmessage(STATUS registered)\nendmacro()\ninclude(CMakeLists.txt)"
    (tmp_path / "digits/early.cmake").write_text(early)
    said = sh("cmake", "-DESP_PLATFORM=1", "-P", "early.cmake", cwd=tmp_path / "digits")
    assert "registered" in said


@pytest.mark.needs("compote")
def test_the_component_manager_packs_it(folder, tmp_path):
    words = ["component", "pack", "--name", "digits", "--project-dir", folder, "--dest-dir", tmp_path]
    sh("compote", *words)
    (archive,) = tmp_path.glob("*.tgz")
    assert re.fullmatch(rf"digits_{SEMVER}\.tgz", archive.name)


# --- Zephyr -----------------------------------------------------------------------------------------


@pytest.mark.compiler("cmake", "cc")
def test_zephyr_builds_it_as_a_module(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "digits")
    project = tmp_path / "digits/examples/self_test"
    sh("cmake", "-S", project, "-B", tmp_path / "build", env=zephyr(tmp_path / "zephyr"))
    sh("cmake", "--build", tmp_path / "build")
    assert sh(tmp_path / "build/app") == passed()


def test_zephyr_finds_what_its_metadata_names(folder):
    yaml = needs.module("yaml")
    module = yaml.safe_load((folder / "zephyr/module.yml").read_text())
    assert module == {"name": "snnedge_digits", "build": {"cmake": "zephyr", "kconfig": "zephyr/Kconfig"}}
    assert (folder / module["build"]["cmake"] / "CMakeLists.txt").is_file()
    assert (folder / module["build"]["kconfig"]).is_file()


def test_kconfig_knows_the_symbol_that_the_example_sets(folder):
    kconfiglib = needs.module("kconfiglib")
    kconfig = kconfiglib.Kconfig(str(folder / "zephyr/Kconfig"))
    kconfig.load_config(str(folder / "examples/self_test/prj.conf"))
    assert kconfig.syms["SNNEDGE_DIGITS"].str_value == "y"
    assert not kconfig.warnings


# --- Arduino and PlatformIO -------------------------------------------------------------------------


@pytest.mark.compiler("c++", "cc")
def test_the_sketch_says_pass(folder, tmp_path):
    shutil.copytree(folder / "examples/self_test", tmp_path / "sketch")
    sketch = '#include "self_test.ino"\nint main() { setup(); loop(); }'
    flags = ("-Wall", "-Wextra", "-Werror")
    assert sh(arduino(sketch, [folder], tmp_path / "sketch", *flags)) == passed()


def test_arduino_has_all_fields_that_it_asks_for(folder):
    lines = (folder / "library.properties").read_text().splitlines()
    fields = dict(line.split("=", 1) for line in lines)
    required = "name version author maintainer sentence paragraph category url architectures includes"
    assert list(fields) == required.split()
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 _.-]{0,62}", fields["name"])
    assert re.fullmatch(SEMVER, fields["version"])
    assert fields["category"] in CATEGORIES.split(",")
    assert fields["url"] == "file:README.md"  # snnedge has no page of its own yet
    assert fields["sentence"] not in fields["paragraph"]
    assert (folder / "src" / fields["includes"]).is_file()
    sketch = folder / "examples/self_test"
    assert (sketch / f"{sketch.name}.ino").is_file()


def test_platformio_has_the_fields_that_it_asks_for(folder):
    fields = json.loads((folder / "library.json").read_text())
    assert fields["name"] == "snnedge_digits"
    assert re.fullmatch(SEMVER, fields["version"])
    assert (folder / fields["build"]["srcDir"] / fields["headers"]).is_file()


@pytest.mark.compiler("pio")
def test_platformio_packs_it(folder, tmp_path):
    settings = {"PLATFORMIO_CORE_DIR": str(tmp_path / "core"), "PLATFORMIO_SETTING_ENABLE_TELEMETRY": "no"}
    sh("pio", "pkg", "pack", folder, "-o", tmp_path / "digits.tar.gz", env=os.environ | settings)
    assert f"src/{c.tables_path('digits')}" in sh("tar", "tzf", tmp_path / "digits.tar.gz").split()


@pytest.mark.parametrize(("name", "told"), [
    ("digits", "src/digits.h (digits_model)"),
    ("stdio", "src/stdio_2.h (stdio_2_model): the C name of the model 'stdio'"),
])  # fmt: skip
def test_the_report_names_the_header_to_include(name, told, tmp_path):
    model = replace(digits(), name=name)
    c.write(model, tmp_path / "export")
    facts = c.facts(model, tmp_path / "export")
    assert f"header      {told}" in c.show(facts)[1]
    assert Path(facts["header"]).exists()
    assert (facts["name"], facts["c_name"]) == (name, c.c_name(model))


def test_the_macro_of_the_workspace_is_a_multiple_of_four_and_no_example_rounds_it_up():
    golden = (resources.folder("csrc").parent / "tests/contract/golden").glob("*.safetensors")
    sizes = [c.workspace_bytes(lower(model_file.load(path))) for path in golden]
    assert sizes
    assert not [size for size in sizes if size % 4]
    root = resources.folder("csrc").parent
    texts = [p for place in ("docs", "firmware", "csrc", "snnedge") for p in (root / place).rglob("*")]
    assert not [
        p for p in texts if p.suffix in (".md", ".c", ".h") and "_BYTES + 3" in p.read_text("utf-8")
    ]
