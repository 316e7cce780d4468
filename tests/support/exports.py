"""Exported folders, and stand-ins for build systems that are not installed.

Each stand-in has the documented commands of its build system, so that the folder's files are run.
"""

import json
import os
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from images import random_images
from networks import random_network
from scans import random_scan_model

from snnedge.compiler.quantize import quantize
from snnedge.model.integer_model import IntegerModel
from snnedge.runtime.runtime import Runtime

STRICT = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror")


def sh(*words, **options) -> str:
    """Run a command that succeeds; return its output."""
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=300, **options)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def digits() -> IntegerModel:
    """Return a model that the tests export as `digits`."""
    return replace(quantize(random_network(1)), name="digits")


def letters() -> IntegerModel:
    """Return a model of mostly other kinds than those of `digits`."""
    return replace(random_scan_model(2), name="letters")


IDF = """
macro(project name)
  _project(${ARGV})
  add_executable(app ${CMAKE_CURRENT_LIST_DIR}/start.c)
  foreach(component ${EXTRA_COMPONENT_DIRS} ${CMAKE_CURRENT_LIST_DIR}/main)
    get_filename_component(COMPONENT ${component} NAME)
    add_subdirectory(${component} ${COMPONENT})
    list(APPEND components ${COMPONENT})
  endforeach()
  list(REMOVE_ITEM components main)
  target_link_libraries(main ${components})
  target_link_libraries(app main)
endmacro()
function(idf_component_register)
  cmake_parse_arguments(OF "" "" "SRCS;INCLUDE_DIRS" ${ARGN})
  add_library(${COMPONENT} STATIC ${OF_SRCS})
  target_include_directories(${COMPONENT} PUBLIC ${OF_INCLUDE_DIRS})
  target_compile_definitions(${COMPONENT} PRIVATE ESP_PLATFORM)
endfunction()
"""


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


def _expected(model: IntegerModel, images: np.ndarray) -> list[int]:
    found = Runtime(model).run(images)
    return np.stack((found.labels, found.steps, found.input_spikes), axis=1).ravel().tolist()


def idf(place: Path) -> dict[str, str]:
    """Write the stand-in for ESP-IDF below ``place``; return the environment that selects it."""
    (place / "tools/cmake").mkdir(parents=True)
    (place / "tools/cmake/project.cmake").write_text(IDF)
    return os.environ | {"IDF_PATH": str(place)}


def zephyr(place: Path) -> dict[str, str]:
    """Write the stand-in for Zephyr below ``place``; return the environment that selects it."""
    (place / "share/zephyr-package/cmake").mkdir(parents=True)
    (place / "share/zephyr-package/cmake/ZephyrConfig.cmake").write_text(ZEPHYR)
    return os.environ | {"ZEPHYR_BASE": str(place)}


def arduino(sketch: str, libraries: Iterable[Path], place: Path, *flags: str) -> Path:
    """Build ``sketch`` as Arduino does: libraries as C with the path of their src/, the sketch as C++."""
    paths = [word for library in libraries for word in ("-I", library / "src")]
    objects = compiled(libraries, paths, place)
    (place / "Arduino.h").write_text(ARDUINO)
    (place / "sketch.cpp").write_text(f'#include "Arduino.h"\n{sketch}')
    sh("c++", *flags, *paths, place / "sketch.cpp", *objects, "-o", place / "sketch.elf")
    return place / "sketch.elf"


def platformio(program: str, libraries: Iterable[Path], place: Path) -> Path:
    """Build ``program`` as PlatformIO does, with the folders that each library.json names."""
    builds = {library: json.loads((library / "library.json").read_text())["build"] for library in libraries}
    paths = [word for library, build in builds.items() for word in ("-I", library / build["includeDir"])]
    objects = compiled(libraries, paths, place, [build["srcDir"] for build in builds.values()])
    (place / "main.c").write_text(program)
    sh("cc", *STRICT, *paths, place / "main.c", *objects, "-o", place / "program")
    return place / "program"


def compiled(
    libraries: Iterable[Path], paths: list, place: Path, folders: Iterable[str] | None = None
) -> list[Path]:
    """Compile all C of the libraries into ``place``; return the objects."""
    place.mkdir(exist_ok=True)
    libraries = list(libraries)
    objects = []
    for library, folder in zip(libraries, folders or ["src"] * len(libraries), strict=True):
        for k, source in enumerate(sorted((library / folder).rglob("*.c"))):
            objects.append(place / f"{library.name}_{k}.o")
            sh("cc", *STRICT, *paths, "-c", source, "-o", objects[-1])
    return objects


def answers_as_expected(program: Path, place: Path) -> None:
    """Assert that ``program``, built from ``PROGRAM``, gives the answers of the runtime for both models."""
    models, files = {"digits": digits(), "letters": letters()}, []
    images = {name: random_images(model.encoder.shape, 20, seed=1) for name, model in models.items()}
    for name, samples in images.items():
        files.append(place / f"{name}.raw")
        samples.tofile(files[-1])
    lines = sh(program, *files).splitlines()
    for line, (name, model) in zip(lines, models.items(), strict=True):
        assert list(map(int, line.split())) == _expected(model, images[name])
