"""What tests need that a machine may lack: they are skipped then, and say what installs it."""

import pytest

from snnedge.errors import ToolError
from snnedge.external import compiler
from snnedge.targets import boards, qemu, toolchain


def counting(board: str, name: str = "gcc", *modules: str) -> None:
    """An emulated ``board``, the compiler ``name`` for it, what counts instructions, and ``modules``."""
    for module in ("elftools", "capstone", *modules):
        pytest.importorskip(module, reason="pip install 'snnedge[demo]'")
    found = boards.load(board)
    if absent := toolchain.missing(found.core)[name] or qemu.missing(found):
        pytest.skip(absent)
    try:
        compiler()  # of the plugin
    except ToolError as error:
        pytest.skip(str(error))
