"""Sizes at which code can be read at a glance: functions, C files, C macros."""

import ast
import statistics
from pathlib import Path

ROOT = Path(__file__).parents[2]
C_SOURCES = [
    p for folder in ("csrc", "firmware", "tests/c") for p in sorted((ROOT / folder).rglob("*.[ch]*"))
]


def functions() -> dict[str, int]:
    """Return the lines of every function of the package, docstring included."""
    return {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in sorted((ROOT / "snnedge").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def macros(path: Path) -> dict[str, int]:
    """Return the lines of every macro of a C file."""
    found, name = {}, ""
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if line.lstrip().startswith("#define"):
            name = f"{path.relative_to(ROOT)}:{number}"
        if name:
            found[name] = found.get(name, 0) + 1
            name = name if line.endswith("\\") else ""
    return found


def test_functions_fit_in_a_glance():
    lines = functions()
    assert not {name for name, count in lines.items() if count > 40}
    assert statistics.median(lines.values()) <= 6
    assert sorted(lines.values())[int(0.95 * len(lines))] <= 18


def test_c_files_and_macros_fit_in_a_glance():
    assert len(C_SOURCES) > 50
    assert not [path for path in C_SOURCES if len(path.read_text("utf-8").splitlines()) > 300]
    assert not {name for path in C_SOURCES for name, count in macros(path).items() if count > 8}
