"""The files of csrc/ that an exported model needs: the core, its kinds, and the headers they include."""

import posixpath
import re
from collections.abc import Iterable
from functools import cache

from ...compiler.tables import Tables
from ...support import resources

INCLUDE = re.compile(r'^#include "(.+)"', re.M)


def kind_files(tables: Tables) -> list[str]:
    """Return the C files of the kinds that ``tables`` use, by path below csrc/."""
    kinds = {f"encoders/{tables.encoder.kind}.c"}
    kinds |= {f"neurons/{p.kind}.c" for p in tables.populations}
    kinds |= {f"synapses/{s.kind}.c" for s in tables.projections}
    return sorted(kinds)


@cache
def core_paths() -> frozenset[str]:
    """Return the paths below csrc/ of all C files and headers that an export may hold."""
    csrc = resources.folder("csrc")
    return frozenset(path.relative_to(csrc).as_posix() for path in csrc.rglob("*.[ch]"))


def core_files(kinds: Iterable[str]) -> dict[str, str]:
    """Return the core, the C files ``kinds``, and all headers they include: path below csrc/ -> text."""
    csrc, texts = resources.folder("csrc"), dict[str, str]()
    left = [*sorted(path.name for path in csrc.glob("*.c")), *kinds]
    while left:
        path = left.pop(0)
        if path not in texts:
            texts[path] = (csrc / path).read_text("utf-8")
            left += [posixpath.normpath(f"{path}/../{header}") for header in INCLUDE.findall(texts[path])]
    return texts
