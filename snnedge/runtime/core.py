"""The compiled core, refused where it was compiled for other Python sources than these.

The binding declares its functions in _core.pyi and reads the tables that compiler/tables.py defines. CMake
compiles a checksum of both files into it, so a checkout that is newer than its build is detected here.
"""

import hashlib
from pathlib import Path
from types import ModuleType

from ..errors import ToolError

PACKAGE = Path(__file__).parents[1]
SOURCES = ("_core.pyi", "compiler/tables.py")  # CMakeLists.txt reads this line
REMEDY = "compile it again: pip install . (-e . for a checkout that you edit)"


def interface() -> str:
    """Return the checksum of the Python files that the binding has to agree with."""
    found = [hashlib.sha256((PACKAGE / path).read_bytes()).hexdigest() for path in SOURCES]
    return hashlib.sha256("".join(found).encode()).hexdigest()


def check(compiled: ModuleType) -> None:
    """Raise ``ToolError`` unless ``compiled`` was made for these Python sources."""
    if getattr(compiled, "INTERFACE", None) != interface():
        raise ToolError(f"the compiled core of snnedge is of another version than its Python; {REMEDY}")


try:
    from .. import _core
except ImportError as error:
    raise ToolError(f"the core of snnedge cannot be loaded ({error}); {REMEDY}") from error
check(_core)
core = _core
