"""The upper bound of a program's stack, from gcc's frames and calls (-fcallgraph-info=su).

The bound is that of the deepest way through the calls. Kinds are called through pointers. Such a call may
reach any function in a file of a kind, unless the way has come through a kind of the same sort: no kind
calls another of its sort (csrc/kind.h). No function is entered twice through pointers.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable

NODE = re.compile(r'^node: \{ title: "([^"]+)" label: "[^"]*\\n(\d+) bytes \(([^)]*)\)', re.MULTILINE)
EDGE = re.compile(r'^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"', re.MULTILINE)
POINTER = "__indirect_call"
LIBRARY_FRAME = 64  # bytes for a function of the compiler's library, such as a division: gcc states none
NOTHING: frozenset[str] = frozenset()


def bound(graphs: Iterable[tuple[str, str]], linked: Iterable[str]) -> int | None:
    """Return an upper bound of the stack in bytes for the functions ``linked``; None without one.

    ``graphs``: for each file the sort of kind that it defines ("" for none), and gcc's text.
    """
    program = _Program(graphs, set(linked))
    called = set().union(*program.calls.values(), program.sorts)
    starts = [title for title in program.frames if title not in called]
    deepest = max((program.depth(title, NOTHING, NOTHING) for title in starts), default=math.inf)
    return None if deepest == math.inf else int(deepest)


class _Program:
    """Functions by title: bytes of their frames, their calls, and for those of kinds the sort."""

    def __init__(self, graphs: Iterable[tuple[str, str]], linked: set[str]) -> None:
        self.frames: dict[str, float] = {}
        self.calls: dict[str, set[str]] = defaultdict(set)
        self.sorts: dict[str, str] = {}
        for sort, text in graphs:
            frames = dict(_frames(text, linked))
            self.frames |= frames
            self.sorts |= dict.fromkeys(frames, sort) if sort else {}
            for source, target in EDGE.findall(text):
                self.calls[source].add(target)

    def depth(self, title: str, way: frozenset[str], direct: frozenset[str]) -> float:
        """Return the bytes from ``title`` down.

        ``way``: functions and sorts that have led there; ``direct``: the functions since the last call
        through a pointer, where ``title`` would be a recursion.
        """
        if title in direct:
            return math.inf
        if title in way:
            return 0
        if title not in self.frames:
            return LIBRARY_FRAME
        way, direct = way | {title, self.sorts.get(title, title)}, direct | {title}
        depths = [self.depth(target, way, direct) for target in self.calls[title] - {POINTER}]
        if POINTER in self.calls[title]:
            reached = (kind for kind, sort in self.sorts.items() if sort not in way)
            depths += [self.depth(kind, way, NOTHING) for kind in reached]
        return self.frames[title] + max(depths, default=0)


def _frames(text: str, linked: set[str]) -> Iterable[tuple[str, float]]:
    """Yield title and bytes of each linked function of a file; infinite where the frame varies."""
    for title, size, qualifier in NODE.findall(text):
        if title.rpartition(":")[2] in linked:
            yield title, math.inf if qualifier == "dynamic" else int(size)
