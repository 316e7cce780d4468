"""The compiled core and the Python sources that it was compiled for."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from snnedge.errors import ToolError
from snnedge.runtime import core

STALE = """
import sys, types
compiled = types.ModuleType("snnedge._core")
compiled.INTERFACE = "of an earlier build"
sys.modules["snnedge._core"] = compiled
import snnedge
snnedge._core = compiled
from snnedge.cli.main import main
sys.exit(main(["inspect", "zoo:digits"]))
"""


def test_cmake_and_python_compute_the_same_checksum():
    assert core.interface() == core.core.INTERFACE


@pytest.mark.parametrize("compiled", [SimpleNamespace(INTERFACE="0" * 64), SimpleNamespace()])
def test_a_core_of_other_sources_is_refused_with_the_remedy(compiled):
    with pytest.raises(ToolError, match=r"another version than its Python; compile it again: pip install"):
        core.check(compiled)


@pytest.mark.parametrize("path", core.SOURCES)
def test_a_change_of_either_file_changes_the_checksum(path, tmp_path, monkeypatch):
    for source in core.SOURCES:
        (tmp_path / source).parent.mkdir(exist_ok=True)
        (tmp_path / source).write_bytes((core.PACKAGE / source).read_bytes())
    before = core.interface()
    monkeypatch.setattr(core, "PACKAGE", tmp_path)
    assert core.interface() == before
    (tmp_path / path).write_bytes((tmp_path / path).read_bytes() + b"\n")
    assert core.interface() != before


def test_the_command_line_prints_one_line_and_no_traceback():
    done = subprocess.run([sys.executable, "-c", STALE], capture_output=True, text=True)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "pip install" in line
