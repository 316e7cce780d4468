"""The import graph of snnedge/ by rooms: edges, edges against the order, circles of modules.

A room is a folder, or a loose module, directly below snnedge/; docs/explanation/rooms.toml orders them. An
edge is an import at any depth of the code, or a look-up of plug-ins: ``plugins.load("neurons", ...)``.
"""

import argparse
import ast
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "snnedge"
ORDER = ROOT / "docs" / "explanation" / "rooms.toml"
LOOKUPS = ("load", "names")  # functions of support.plugins that take the name of a group


@dataclass(frozen=True, order=True)
class Edge:
    """``source`` uses ``target``, both dotted modules below snnedge; ``private``: by a name with "_"."""

    source: str
    target: str
    line: int
    lookup: bool = False
    private: bool = False


def rooms() -> tuple[str, ...]:
    """Return the rooms in their order."""
    return tuple(tomllib.loads(ORDER.read_text("utf-8")))


def room(module: str) -> str:
    """Return the room of a dotted module below snnedge."""
    return module.partition(".")[0]


def recipe(module: str) -> str:
    """Return the training recipe that a dotted module belongs to, or "" for none."""
    folder = "train.recipes."
    return module.removeprefix(folder).partition(".")[0] if module.startswith(folder) else ""


def modules() -> dict[str, Path]:
    """Return the file of every module below snnedge, by its dotted name."""
    return {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted(PACKAGE.rglob("*.py"))
        if path != PACKAGE / "__init__.py"
    }


def edges(groups: Mapping[str, str]) -> list[Edge]:
    """Return all edges between modules. ``groups``: the folder of each group of plug-ins."""
    sources = modules()
    known = sources | {"_core": PACKAGE / "_core.pyi"}  # compiled: a target of imports, not a source
    return sorted({edge for name, path in sources.items() for edge in _edges_of(name, path, known, groups)})


def _edges_of(
    name: str, path: Path, known: Mapping[str, Path], groups: Mapping[str, str]
) -> Iterator[Edge]:
    package = path.relative_to(PACKAGE).parent.parts
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = (*package[: len(package) - node.level + 1], *(node.module or "").split("."))
            yield from _imports(name, ".".join(filter(None, base)), node, known)
        elif isinstance(node, ast.Call) and _is_lookup(node) and name != "support.plugins":
            group = node.args[0]
            # The groups that code chooses by a variable are those of kinds.
            folder = groups[group.value].replace("/", ".") if isinstance(group, ast.Constant) else "kinds"
            yield Edge(name, folder, node.lineno, lookup=True)


def _imports(name: str, base: str, node: ast.ImportFrom, known: Mapping[str, Path]) -> Iterator[Edge]:
    for alias in node.names:
        full = f"{base}.{alias.name}" if base else alias.name
        target = full if full in known else base
        if target and target != name:
            yield Edge(name, target, node.lineno, private=any(p[0] == "_" for p in full.split(".")))


def _is_lookup(node: ast.Call) -> bool:
    f = node.func
    return (
        isinstance(f, ast.Attribute)
        and f.attr in LOOKUPS
        and isinstance(f.value, ast.Name)
        and f.value.id == "plugins"
    )


def against(found: list[Edge]) -> list[Edge]:
    """Return the edges from a room to one after it."""
    order = {name: k for k, name in enumerate(rooms())}
    return [e for e in found if order[room(e.target)] > order[room(e.source)]]


def foreign_private(found: list[Edge]) -> list[Edge]:
    """Return the edges to a private name of another room; the compiled ``_core`` is nobody's."""
    return [e for e in found if e.private and room(e.source) != room(e.target) and e.target != "_core"]


def circles(found: list[Edge]) -> list[tuple[str, ...]]:
    """Return the sets of modules that reach each other by imports; look-ups stay within the order."""
    targets: dict[str, set[str]] = {}
    for e in found:
        if not e.lookup:
            targets.setdefault(e.source, set()).add(e.target)
    reach = {name: _reachable(name, targets) for name in targets}
    tied = {tuple(sorted({m for m in reach[name] if name in reach.get(m, ())})) for name in reach}
    return sorted(group for group in tied if len(group) > 1)


def _reachable(name: str, targets: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = targets.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def summary(groups: Mapping[str, str]) -> dict[str, object]:
    """Return the counts and the offending edges, as JSON can hold them."""
    found = edges(groups)
    between = {(room(e.source), room(e.target)) for e in found} - {(r, r) for r in rooms()}
    return {
        "rooms": len({room(e.source) for e in found} | {room(e.target) for e in found}),
        "edges": len(between),
        "against": [f"{e.source}:{e.line} -> {e.target}" for e in against(found)],
        "private": [f"{e.source}:{e.line} -> {e.target}" for e in foreign_private(found)],
        "circles": circles(found),
    }


def main() -> int:
    from snnedge.support.plugins import FOLDERS

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    result = summary(FOLDERS)
    if args.json:
        print(json.dumps(result))
    else:
        print(f"{result['rooms']} rooms, {result['edges']} edges between them")
        for what in ("against", "private", "circles"):
            print(f"{what}: {len(result[what])}", *map(str, result[what]), sep="\n  ")
    return int(bool(result["against"] or result["private"] or result["circles"]))


if __name__ == "__main__":
    raise SystemExit(main())
