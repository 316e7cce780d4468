"""snnedge doctor: what is here is found, and what is not comes with the command that brings it."""

import json
import os
from importlib import metadata

import pytest

from snnedge.boards import board_file
from snnedge.boards.firmware import toolchain
from snnedge.cli.main import main
from snnedge.data import mnist


def checks(capsys, *words: str) -> dict[str, dict]:
    assert main(["doctor", "--json", *words]) == 0
    return {check["what"]: check for check in json.loads(capsys.readouterr().out)["checks"]}


def test_with_an_empty_path_every_program_is_missing_with_its_remedy(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    found = checks(capsys)
    for name in board_file.files():
        board = board_file.load(name)
        for program, does in ((board.core.gcc, "building"), (board.core.emulator.program, "emulating")):
            check = found[program.command]
            assert (check["found"], check["install"]) == ("", program.install)
            assert (does == "emulating" and not board.machine) or name in check["for"].split(" (")[0]
            assert check["for"].startswith(does)
    assert not found["C compiler"]["found"]
    assert main(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert "  missing  qemu-system-arm " in printed
    assert "apt-get install qemu-system-arm" in printed


def test_a_program_on_the_path_is_found(tmp_path, monkeypatch, capsys):
    program = tmp_path / "qemu-system-arm"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert checks(capsys)["qemu-system-arm"]["found"] == str(program)


@pytest.mark.needs("elftools", "capstone")
def test_a_package_that_is_missing_is_named_with_its_extra(monkeypatch, capsys):
    honest = metadata.version

    def without_zig(name: str) -> str:
        if name == "ziglang":
            raise metadata.PackageNotFoundError(name)
        return honest(name)

    monkeypatch.setattr(metadata, "version", without_zig)
    monkeypatch.setattr(toolchain.importlib.util, "find_spec", lambda _: None)
    check = checks(capsys)["[firmware]"]
    assert (check["found"], check["for"]) == ("", "ziglang")
    assert check["install"] == "pip install 'snnedge[firmware]'"


@pytest.mark.needs("matplotlib")
def test_packages_that_are_here_have_their_versions(capsys):
    assert checks(capsys)["[plot]"]["found"] == f"matplotlib {metadata.version('matplotlib')}"


def test_mnist_is_where_the_environment_says(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SNNEDGE_DATA", str(tmp_path))
    assert not checks(capsys)["MNIST"]["found"]
    (tmp_path / "mnist").mkdir()
    (tmp_path / "mnist" / "t10k-images-idx3-ubyte").touch()
    assert not checks(capsys)["MNIST"]["found"]  # evaluate needs all four
    for name in mnist.FILES:
        (tmp_path / "mnist" / name).touch()
    assert checks(capsys)["MNIST"]["found"] == str(tmp_path / "mnist")


def test_boards_of_ones_own_are_seen(tmp_path, capsys):
    (tmp_path / "mine.toml").write_text(board_file.files()["microbit"].read_text("utf-8"), "utf-8")
    assert "mine" in checks(capsys, "--boards", str(tmp_path))["qemu-system-arm"]["for"]
