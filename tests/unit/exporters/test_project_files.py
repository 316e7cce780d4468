"""The exported folder: a library for five build systems, and its symbols. Where a build system is not here
(ESP-IDF, Zephyr, Arduino) a stand-in with its documented commands takes the folder, so that what the folder
says is run and not only read."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import needs
import numpy as np
import pytest
from images import random_images
from networks import random_network
from scans import random_scan_model

from snnedge.compiler.quantize import quantize
from snnedge.exporters import c
from snnedge.exporters.c import project_files
from snnedge.model.integer_model import IntegerModel
from snnedge.runtime.runtime import Runtime

STRICT = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror")
CATEGORIES = (  # Arduino's library specification 1.5, revision 2.2
    "Display,Communication,Signal Input/Output,Sensors,Device Control,Timing,Data Storage,Data Processing,"
    "Other"
)
SEMVER = r"\d+\.\d+\.\d+\+[0-9a-f]{16}"


def sh(*words, **options) -> str:
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=300, **options)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def digits() -> IntegerModel:
    return replace(quantize(random_network(1)), name="digits")


def letters() -> IntegerModel:
    """Of other kinds than ``digits``, but for some."""
    return replace(random_scan_model(2), name="letters")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("export") / "digits"
    c.write(digits(), path)
    return path


@pytest.fixture(scope="module")
def other(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("export") / "letters"
    c.write(letters(), path)
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
    shutil.copytree(folder, tmp_path / "digits")
    (tmp_path / "digits" / "main.c").touch()
    c.check_path(tmp_path / "digits")


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
    tables = tmp_path / "digits/src/digits.c"
    found = re.search(r"int16_t \w+_threshold\[\] = \{\n(\d+)", tables.read_text())
    tables.write_text(tables.read_text()[: found.start(1)] + "1" + tables.read_text()[found.end(1) :])
    done = subprocess.run([built(tmp_path / "digits", tmp_path / "b")], capture_output=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, b"FAIL\n")


# --- ESP-IDF ----------------------------------------------------------------------------------------

IDF = """
macro(project name)
  _project(${ARGV})
  add_executable(app ${CMAKE_CURRENT_LIST_DIR}/start.c)
  foreach(component ${EXTRA_COMPONENT_DIRS} ${CMAKE_CURRENT_LIST_DIR}/main)
    get_filename_component(COMPONENT ${component} NAME)
    add_subdirectory(${component} ${COMPONENT})
  endforeach()
  target_link_libraries(main digits)
  target_link_libraries(app main)
endmacro()
function(idf_component_register)
  cmake_parse_arguments(OF "" "" "SRCS;INCLUDE_DIRS" ${ARGN})
  add_library(${COMPONENT} STATIC ${OF_SRCS})
  target_include_directories(${COMPONENT} PUBLIC ${OF_INCLUDE_DIRS})
  target_compile_definitions(${COMPONENT} PRIVATE ESP_PLATFORM)
endfunction()
"""


@pytest.mark.compiler("cmake", "cc")
def test_esp_idf_builds_it_as_a_component(folder, tmp_path):
    """A component is named by its folder, is read once by ``cmake -P``, and needs no compiler then."""
    place = tmp_path / "idf/tools/cmake"
    place.mkdir(parents=True)
    (place / "project.cmake").write_text(IDF)
    shutil.copytree(folder, tmp_path / "digits")
    project = tmp_path / "digits/examples/self_test"
    (project / "start.c").write_text("void app_main(void);\nint main(void) { app_main(); return 0; }")
    environment = os.environ | {"IDF_PATH": str(tmp_path / "idf")}
    sh("cmake", "-DESP_PLATFORM=1", "-S", project, "-B", tmp_path / "build", env=environment)
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

ZEPHYR = """
project(Zephyr-Kernel C)
file(STRINGS ${CMAKE_CURRENT_SOURCE_DIR}/prj.conf lines)
foreach(line ${lines})
  string(REPLACE "=" ";" pair ${line})
  set(${pair})
endforeach()
add_library(zephyr_interface INTERFACE)
function(zephyr_library_named name)
  add_library(${name} OBJECT)
  target_link_libraries(${name} zephyr_interface)
  target_sources(app PRIVATE $<TARGET_OBJECTS:${name}>)
  set(ZEPHYR_CURRENT_LIBRARY ${name} PARENT_SCOPE)
endfunction()
function(zephyr_library_sources)
  target_sources(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGN})
endfunction()
function(zephyr_include_directories)
  target_include_directories(zephyr_interface INTERFACE ${ARGN})
endfunction()
add_executable(app)
foreach(module ${ZEPHYR_EXTRA_MODULES})
  get_filename_component(name ${module} NAME)
  add_subdirectory(${module}/zephyr ${name})
endforeach()
target_link_libraries(app zephyr_interface)
"""


@pytest.mark.compiler("cmake", "cc")
def test_zephyr_builds_it_as_a_module_beside_another(folder, other, tmp_path):
    """With all headers on one path and all objects in the program, as Zephyr does it."""
    place = tmp_path / "zephyr/share/zephyr-package/cmake"
    place.mkdir(parents=True)
    (place / "ZephyrConfig.cmake").write_text(ZEPHYR)
    shutil.copytree(folder, tmp_path / "digits")
    project = tmp_path / "digits/examples/self_test"
    with (project / "prj.conf").open("a") as file:
        file.write("CONFIG_SNNEDGE_LETTERS=y\n")
    environment = os.environ | {"ZEPHYR_BASE": str(tmp_path / "zephyr")}
    more = f"-DZEPHYR_EXTRA_MODULES={other}"
    sh("cmake", more, "-S", project, "-B", tmp_path / "build", env=environment)
    sh("cmake", "--build", tmp_path / "build")
    assert sh(tmp_path / "build/app") == passed()
    assert "letters_model" in sh("nm", tmp_path / "build/app")


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

ARDUINO = """
#include <cstdint>
#include <cstdio>
static struct {
    void begin(long) {}
    void println(const char *text) { puts(text); }
    operator bool() { return true; }
} Serial;
static unsigned long millis() { return 0; }
"""


@pytest.mark.compiler("c++", "cc")
def test_the_sketch_says_pass(folder, tmp_path):
    """As Arduino builds: C as C, the sketch as C++, the library's headers by the path of src/ alone."""
    place = tmp_path / "sketch"
    shutil.copytree(folder / "examples/self_test", place)
    (place / "Arduino.h").write_text(ARDUINO)
    (place / "main.cpp").write_text(
        '#include "Arduino.h"\n#include "self_test.ino"\nint main() { setup(); loop(); }'
    )
    objects = []
    for source in (folder / "src").rglob("*.c"):
        objects.append(tmp_path / f"{source.stem}.o")
        sh("cc", "-I", folder / "src", "-c", source, "-o", objects[-1])
    flags = ["-Wall", "-Wextra", "-Werror", "-I", folder / "src"]
    sh("c++", *flags, place / "main.cpp", *objects, "-o", tmp_path / "sketch.elf")
    assert sh(tmp_path / "sketch.elf") == passed()


def test_arduino_has_all_fields_that_it_asks_for(folder):
    lines = (folder / "library.properties").read_text().splitlines()
    fields = dict(line.split("=", 1) for line in lines)
    required = "name version author maintainer sentence paragraph category url architectures includes"
    assert list(fields) == required.split()
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 _.-]{0,62}", fields["name"])
    assert re.fullmatch(SEMVER, fields["version"])
    assert fields["category"] in CATEGORIES.split(",")
    assert re.fullmatch(r"https://\S+", fields["url"])
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
    assert "src/digits.c" in sh("tar", "tzf", tmp_path / "digits.tar.gz").split()


# --- two models in one program ----------------------------------------------------------------------

PROGRAM = """
#include <stdio.h>
#include "{first}.h"
#include "{second}.h"

static uint32_t workspace[4096];

static void answers(const snn_model *model, const char *name) {{
    static uint8_t sample[4096];
    snn_state state;
    snn_result result = {{0}};
    if (snn_init(&state, model, workspace, sizeof workspace) != SNN_OK) return;
    FILE *file = fopen(name, "rb");
    while (fread(sample, 1, model->encoder.size, file) == model->encoder.size) {{
        snn_run(&state, sample, &result);
        printf("%d %u %lu ", result.label, (unsigned)result.steps, (unsigned long)result.input_spikes);
    }}
    puts("");
}}

int main(int count, char **names) {{
    if (count != 3) return 1;
    answers(&digits_model, names[1]);
    answers(&letters_model, names[2]);
    return 0;
}}
"""


def expected(model: IntegerModel, images: np.ndarray) -> list[int]:
    found = Runtime(model).run(images)
    return np.stack((found.labels, found.steps, found.input_spikes), axis=1).ravel().tolist()


@pytest.mark.compiler("cc")
@pytest.mark.parametrize("order", [("digits", "letters"), ("letters", "digits")])
def test_two_models_link_into_one_program(folder, other, tmp_path, order):
    """All objects of both, and for every file the headers of both on its path, in either order."""
    folders = {"digits": folder, "letters": other}
    paths = [word for name in order for word in ("-I", folders[name] / "src")]
    objects = []
    for name, place in folders.items():
        for source in (place / "src").rglob("*.c"):
            objects.append(tmp_path / f"{name}_{source.stem}.o")
            sh("cc", *STRICT, *paths, "-c", source, "-o", objects[-1])
    (tmp_path / "main.c").write_text(PROGRAM.format(first=order[0], second=order[1]))
    sh("cc", *STRICT, *paths, tmp_path / "main.c", *objects, "-o", tmp_path / "program")
    models, files = {"digits": digits(), "letters": letters()}, []
    images = {name: random_images(model.encoder.shape, 20, seed=1) for name, model in models.items()}
    for name, samples in images.items():
        files.append(tmp_path / f"{name}.raw")
        samples.tofile(files[-1])
    lines = sh(tmp_path / "program", *files).splitlines()
    for line, (name, model) in zip(lines, models.items(), strict=True):
        assert list(map(int, line.split())) == expected(model, images[name])


@pytest.mark.compiler("cmake", "cc")
def test_two_models_link_by_cmake(folder, other, tmp_path):
    (tmp_path / "main.c").write_text(PROGRAM.format(first="digits", second="letters"))
    (tmp_path / "CMakeLists.txt").write_text(f"""cmake_minimum_required(VERSION 3.18)
project(both C)
add_subdirectory({folder} digits)
add_subdirectory({other} letters)
add_executable(both main.c)
target_link_libraries(both letters digits)
""")
    sh("cmake", "-S", tmp_path, "-B", tmp_path / "build")
    sh("cmake", "--build", tmp_path / "build")
    images = {model.name: random_images(model.encoder.shape, 5) for model in (digits(), letters())}
    for name, samples in images.items():
        samples.tofile(tmp_path / name)
    lines = sh(tmp_path / "build/both", tmp_path / "digits", tmp_path / "letters").splitlines()
    for line, model in zip(lines, (digits(), letters()), strict=True):
        assert list(map(int, line.split())) == expected(model, images[model.name])


@pytest.mark.compiler("cc", "nm")
def test_every_symbol_bears_the_models_name(folder, tmp_path):
    for source in (folder / "src").rglob("*.c"):
        sh("cc", "-std=c99", "-c", source, "-o", tmp_path / "x.o")
        symbols = re.findall(r"^\S+ [A-Z] (\S+)$", sh("nm", "--defined-only", tmp_path / "x.o"), re.M)
        assert all(name.startswith("digits_") for name in symbols), symbols


@pytest.mark.compiler("cc")
def test_models_of_two_snnedges_in_one_file_are_refused_by_the_compiler(folder, other, tmp_path):
    shutil.copytree(folder, tmp_path / "digits")
    header = tmp_path / "digits/src/snn.h"
    header.write_text(re.sub("SNN_CORE 0x.", "SNN_CORE 0x5", header.read_text(), count=1))
    (tmp_path / "digits/src/digits.h").write_text('#include "snn.h"\nextern const snn_model digits_model;')
    (tmp_path / "main.c").write_text(PROGRAM.format(first="digits", second="letters"))
    paths = ["-I", tmp_path / "digits/src", "-I", other / "src"]
    words = ["cc", *paths, "-fsyntax-only", tmp_path / "main.c"]
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=60)
    assert "another snnedge wrote a model that is included before letters" in done.stderr
