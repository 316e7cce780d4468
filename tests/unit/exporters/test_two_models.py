"""Two exported models in one program, by each of five build systems, beside files of the user."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from exports import (
    PROGRAM,
    STRICT,
    answers_as_expected,
    arduino,
    compiled,
    digits,
    idf,
    letters,
    platformio,
    sh,
    zephyr,
)

from snnedge.exporters import c

BOTH = PROGRAM.format(first="digits", second="letters")
ORDERS = [("digits", "letters"), ("letters", "digits")]


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


@pytest.mark.compiler("cc")
@pytest.mark.parametrize("order", ORDERS)
def test_two_models_link_into_one_program(folder, other, tmp_path, order):
    """All objects of both, and for every file the headers of both on its path, in either order."""
    folders = {"digits": folder, "letters": other}
    paths = [word for name in order for word in ("-I", folders[name] / "src")]
    objects = compiled([folder, other], paths, tmp_path / "objects")
    (tmp_path / "main.c").write_text(PROGRAM.format(first=order[0], second=order[1]))
    sh("cc", *STRICT, *paths, tmp_path / "main.c", *objects, "-o", tmp_path / "program")
    answers_as_expected(tmp_path / "program", tmp_path)


@pytest.mark.compiler("cc")
@pytest.mark.parametrize("first", [True, False])
def test_a_users_headers_are_not_those_of_a_model(folder, other, tmp_path, first):
    """The user has a header for each private name, and a model.h, at either end of the path."""
    own = tmp_path / "own"
    own.mkdir()
    private = {path.name for place in (folder, other) for path in place.rglob("src/*_private/**/*.h")}
    assert "kind.h" in private
    for name in private - {"model.h"}:
        (own / name).write_text(f'#error "{name} of the user"\n')
    (own / "model.h").write_text("enum { MODEL_OF_THE_USER = 1 };\n")
    exports = ["-I", folder / "src", "-I", other / "src"]
    paths = ["-I", own, *exports] if first else [*exports, "-I", own]
    objects = compiled([folder, other], paths, tmp_path / "objects")
    (tmp_path / "main.c").write_text(f'#include "model.h"\n{BOTH}\nint x = MODEL_OF_THE_USER;')
    sh("cc", *STRICT, *paths, tmp_path / "main.c", *objects, "-o", tmp_path / "program")
    answers_as_expected(tmp_path / "program", tmp_path)


@pytest.mark.compiler("cmake", "cc")
def test_two_models_by_cmake(folder, other, tmp_path):
    (tmp_path / "main.c").write_text(BOTH)
    (tmp_path / "CMakeLists.txt").write_text(f"""cmake_minimum_required(VERSION 3.18)
project(both C)
add_subdirectory({folder} digits)
add_subdirectory({other} letters)
add_executable(both main.c)
target_link_libraries(both letters digits)
""")
    sh("cmake", "-S", tmp_path, "-B", tmp_path / "build")
    sh("cmake", "--build", tmp_path / "build")
    answers_as_expected(tmp_path / "build/both", tmp_path)


@pytest.mark.compiler("cmake", "cc")
def test_two_models_by_esp_idf(folder, other, tmp_path):
    project = tmp_path / "project"
    (project / "main").mkdir(parents=True)
    (project / "CMakeLists.txt").write_text(f"""cmake_minimum_required(VERSION 3.20)
set(EXTRA_COMPONENT_DIRS {folder} {other})
include($ENV{{IDF_PATH}}/tools/cmake/project.cmake)
project(both C)
""")
    (project / "main/CMakeLists.txt").write_text("idf_component_register(SRCS main.c)\n")
    (project / "main/main.c").write_text(BOTH.replace("int main(", "int app_main("))
    start = "int app_main(int, char **);\nint main(int n, char **names) { return app_main(n, names); }\n"
    (project / "start.c").write_text(start)
    sh("cmake", "-DESP_PLATFORM=1", "-S", project, "-B", tmp_path / "b", env=idf(tmp_path / "idf"))
    sh("cmake", "--build", tmp_path / "b")
    answers_as_expected(tmp_path / "b/app", tmp_path)


@pytest.mark.compiler("cmake", "cc")
def test_two_models_by_zephyr(folder, other, tmp_path):
    """With all headers on one path and all objects in the program."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "CMakeLists.txt").write_text("""cmake_minimum_required(VERSION 3.20)
find_package(Zephyr REQUIRED HINTS $ENV{ZEPHYR_BASE})
project(both C)
target_sources(app PRIVATE main.c)
""")
    (project / "prj.conf").write_text("CONFIG_SNNEDGE_DIGITS=y\nCONFIG_SNNEDGE_LETTERS=y\n")
    (project / "main.c").write_text(BOTH)
    modules = f"-DZEPHYR_EXTRA_MODULES={folder};{other}"
    sh("cmake", modules, "-S", project, "-B", tmp_path / "build", env=zephyr(tmp_path / "zephyr"))
    sh("cmake", "--build", tmp_path / "build")
    answers_as_expected(tmp_path / "build/app", tmp_path)


@pytest.mark.compiler("c++", "cc")
@pytest.mark.parametrize("order", ORDERS)
def test_two_models_by_arduino(folder, other, tmp_path, order):
    folders = {"digits": folder, "letters": other}
    sketch = PROGRAM.format(first=order[0], second=order[1])
    program = arduino(sketch, [folders[name] for name in order], tmp_path / "sketch")
    answers_as_expected(program, tmp_path)


@pytest.mark.compiler("cc")
@pytest.mark.parametrize("order", ORDERS)
def test_two_models_by_platformio(folder, other, tmp_path, order):
    folders = {"digits": folder, "letters": other}
    program = platformio(BOTH, [folders[name] for name in order], tmp_path / "build")
    answers_as_expected(program, tmp_path)


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
