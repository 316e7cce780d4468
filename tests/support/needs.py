"""What tests need that a machine may lack: they are skipped then, and say what installs it."""

import pytest

from snnedge.boards import board_file
from snnedge.boards.emulate import qemu
from snnedge.boards.firmware import toolchain
from snnedge.errors import ToolError
from snnedge.support.programs import compiler


def counting(board: str, name: str = "gcc", *modules: str) -> None:
    """An emulated ``board``, the compiler ``name`` for it, what counts instructions, and ``modules``."""
    for module in ("elftools", "capstone", *modules):
        pytest.importorskip(module, reason="pip install 'snnedge[demo]'")
    found = board_file.load(board)
    if absent := toolchain.missing(found.core)[name] or qemu.missing(found):
        pytest.skip(absent)
    try:
        compiler()  # of the plugin
    except ToolError as error:
        pytest.skip(str(error))
