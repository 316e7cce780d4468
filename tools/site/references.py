"""Generate the references of commands, Python and C from the code, where a page has a marker for them.

A marker is ``<!-- generated: NAME -->`` up to ``<!-- /generated -->``; Sphinx gets the text of ``NAME`` in
its place.
"""

import argparse
import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEADER = ROOT / "csrc" / "snn.h"
MARKER = re.compile(r"<!-- generated: (\w+) -->.*?<!-- /generated -->", re.DOTALL)
# Modules of the Python reference, with the names to show; without names, all public ones.
MODULES = {
    "snnedge.api": (),
    "snnedge.runtime.runtime": ("load", "simd_levels", "simd_level", "Runtime"),
    "snnedge.runtime.stream": ("Stream",),
    "snnedge.model.network": (),
    "snnedge.model.integer_model": ("IntegerModel",),
    "snnedge.model.outcome": (),
    "snnedge.data": (),
    "snnedge.errors": (),
}


def insert(_app: object, _name: str, source: list[str]) -> None:
    """Replace the markers of a page, as Sphinx's event ``source-read`` requires."""
    source[0] = MARKER.sub(lambda marker: GENERATORS[marker[1]](), source[0])


# --- commands --------------------------------------------------------------------------------------------


def commands() -> str:
    """Return a section for each command: summary, usage, options, example."""
    from snnedge.cli import main as cli
    from snnedge.support import plugins

    words = [name.replace("_", "-") for name in plugins.names("commands")]
    parser = cli._parser(words)
    (subparsers,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    return "\n".join(command(name, sub) for name, sub in sorted(subparsers.choices.items()))


def command(name: str, parser: argparse.ArgumentParser) -> str:
    about = escaped(parser.description or "")
    usage = " ".join(parser.format_usage().removeprefix("usage: ").split())
    rows = "".join(option(parser, action) for action in parser._actions)
    example = (parser.epilog or "").removeprefix("example: ")
    return (
        f"## `snnedge {name}`\n\n{about}\n\n```text\n{wrapped(usage)}\n```\n\n"
        f"| option | meaning |\n|---|---|\n{rows}\n```sh\n{example}\n```\n"
    )


def option(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    """Return the table row of an option, "" for a hidden one."""
    if action.help == argparse.SUPPRESS:
        return ""
    formatter = parser._get_formatter()
    name = formatter._format_action_invocation(action)
    text = formatter._expand_help(action) if action.help else ""
    return f"| `{name.replace('|', chr(92) + '|')}` | {escaped(text).replace('|', chr(92) + '|')} |\n"


def wrapped(usage: str) -> str:
    """Break a usage line at 90 columns, between options."""
    lines = [""]
    for word in re.findall(r"\[[^\]]*\]|\S+", usage):
        if len(lines[-1]) + len(word) > 90:
            lines.append("   ")
        lines[-1] += f" {word}" if lines[-1] else word
    return "\n".join(lines)


def escaped(text: str) -> str:
    """Escape what Markdown would take for markup; ``code`` becomes `code`."""
    text = re.sub(r"``([^`]+)``", r"`\1`", text)
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(p if p.startswith("`") else re.sub(r"([*_<>\[\]])", r"\\\1", p) for p in parts)


# --- Python ----------------------------------------------------------------------------------------------


def python() -> str:
    """Return autodoc's directives for ``MODULES``."""
    there = {m: names for m, names in MODULES.items() if importlib.util.find_spec(m)}
    sections = (f"## {m}\n\n```{{eval-rst}}\n{directives(m, names)}\n```\n" for m, names in there.items())
    return "\n".join(sections)


def directives(module: str, names: tuple[str, ...]) -> str:
    return f".. automodule:: {module}\n   :members: {', '.join(names)}"


def plain(
    _app: object, _what: str, _name: str, _object: object, _options: object, lines: list[str]
) -> None:
    """Escape what reStructuredText would take for markup, as ``autodoc-process-docstring`` requires."""
    for at, line in enumerate(lines):
        parts = re.split(r"(``[^`]*``)", line)
        lines[at] = "".join(p if p.startswith("``") else re.sub(r"([*|`]|_\b)", r"\\\1", p) for p in parts)


# --- C ---------------------------------------------------------------------------------------------------


def c() -> str:
    """Return the comments of snn.h as sections, with the declarations that they describe."""
    return "\n".join(c_sections(HEADER.read_text()))


def c_sections(header: str) -> Iterator[str]:
    """Yield a section for each paragraph of the header that declares something."""
    for part in re.split(r"\n\s*\n", header):
        comment, code = split(part.strip())
        name = declared(code)
        if name:
            yield f"## `{name}`\n\n{comment}\n\n```c\n{code}\n```\n"


def split(part: str) -> tuple[str, str]:
    """Split a paragraph of C into the text of its first comment and the code after it."""
    found = re.match(r"/\*(.*?)\*/\s*\n(.*)", part, re.DOTALL)
    if not found:
        return "", part
    lines = [re.sub(r"^\s*\* ?", "", line) for line in found[1].strip().splitlines()]
    return escaped("\n".join(lines)), found[2].strip()


def declared(code: str) -> str:
    """Return the name that ``code`` declares, "" for none."""
    if not code or code.startswith(("/*", "#if", "#endif", "#include", "}", 'extern "C"')):
        return ""
    for pattern in (r"^\}\s*(\w+);", r"^typedef struct \w+ (\w+);", r"^#define (\w+)", r"\b\*?(snn_\w+)\("):
        if found := re.search(pattern, code, re.MULTILINE):
            return found[1]
    return ""


GENERATORS: dict[str, Callable[[], str]] = {"commands": commands, "python": python, "c": c}
