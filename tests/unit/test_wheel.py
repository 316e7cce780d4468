"""The wheel, as people install it: complete, and at work without the checkout beside it."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import needs
import pytest
from networks import random_network

from snnedge.frontends import pkl

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
@needs.by_fixture(pytest.mark.compiler("c++", "scikit_build_core", "pybind11"))
def installed(tmp_path_factory):
    """The wheel of this checkout, installed into a folder of its own."""
    target = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    options = ["--no-deps", "--target", str(target), f"-Cbuild-dir={target / 'build'}"]
    done = subprocess.run(
        [*pip, *options, str(ROOT)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return target


def snnedge(installed, folder, *words):
    """Run the command from the wheel; without ``site`` no editable installation gets in the way."""
    code = (
        f"import sys; sys.path[:0] = [{str(installed)!r}, {sysconfig.get_path('purelib')!r}]\n"
        f"import snnedge; assert snnedge.__path__[0].startswith({str(installed)!r}), snnedge.__path__\n"
        "from snnedge.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-P", "-S", "-c", code, *map(str, words)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_exports_verifies_and_knows_its_boards(installed, tmp_path):
    pkl.write(random_network(1), tmp_path / "net.pkl")
    snnedge(installed, tmp_path, "export", "net.pkl", "-o", "out")
    assert "Apache License" in (tmp_path / "out/LICENSE").read_text()
    assert "equal bit for bit" in snnedge(installed, tmp_path, "verify", "out")
    assert "microbit" in snnedge(installed, tmp_path, "boards")
    assert "equal bit for bit" in snnedge(installed, tmp_path, "verify", "zoo:digits")


@pytest.mark.needs("onnx")
def test_the_wheel_exports_onnx(installed, tmp_path):
    snnedge(installed, tmp_path, "export", "zoo:digits", "--format", "onnx", "-o", "digits.onnx")
    assert (tmp_path / "digits.onnx").exists()


def test_the_wheel_has_types_for_type_checkers(installed):
    assert (installed / "snnedge" / "py.typed").exists()
    assert (installed / "snnedge" / "_core.pyi").exists()


def test_the_wheel_holds_no_tests_and_no_build_files(installed):
    names = {p.relative_to(installed).parts[0] for p in installed.iterdir()}
    assert "snnedge" in names
    assert not names & {"tests", "tools", "csrc", "firmware"}
