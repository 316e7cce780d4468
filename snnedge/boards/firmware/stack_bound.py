"""Stack: the most that a program can take, from what gcc writes of every function (-fcallgraph-info=su).

The bound is that of the deepest way through the calls. Kinds are called through pointers: such a call may
reach any function in a folder of src/ that the way has not come through, as no kind calls another of its
own sort (csrc/kind.h), and no function is entered twice by it.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable

NODE = re.compile(r'^node: \{ title: "([^"]+)" label: "[^"]*\\n(\d+) bytes \(([^)]*)\)', re.MULTILINE)
EDGE = re.compile(r'^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"', re.MULTILINE)
FOLDER = re.compile(r"src/(\w+)/")
POINTER = "__indirect_call"
LIBRARY = 64  # bytes allowed for a function of the compiler's library, such as a division: gcc does not say
NOTHING: frozenset[str] = frozenset()


def bound(graphs: Iterable[str], linked: Iterable[str]) -> int | None:
    """Most bytes of stack that the functions ``linked``, by name, take, or None when there is no bound.

    ``graphs``: the text that gcc has written for each file.
    """
    program = _Program(graphs, set(linked))
    called = set().union(*program.calls.values(), program.kinds)
    starts = [title for title in program.frames if title not in called]
    deepest = max((program.depth(title, NOTHING, NOTHING) for title in starts), default=math.inf)
    return None if deepest == math.inf else int(deepest)


class _Program:
    """Functions by title: bytes of their frames, whom they call, and the folder of those of kinds."""

    def __init__(self, graphs: Iterable[str], linked: set[str]) -> None:
        self.frames: dict[str, float] = {}
        self.calls: dict[str, set[str]] = defaultdict(set)
        for text in graphs:
            for title, size, kind in NODE.findall(text):
                if title.rpartition(":")[2] in linked:
                    self.frames[title] = math.inf if kind == "dynamic" else int(size)
            for source, target in EDGE.findall(text):
                self.calls[source].add(target)
        self.kinds = {title: found[1] for title in self.frames if (found := FOLDER.match(title))}

    def depth(self, title: str, way: frozenset[str], direct: frozenset[str]) -> float:
        """Bytes from ``title`` down. ``way``: functions and folders that have led there; ``direct``: the
        functions since the last pointer, where ``title`` would be a recursion."""
        if title in direct:
            return math.inf
        if title in way:
            return 0
        if title not in self.frames:
            return LIBRARY
        way, direct = way | {title, self.kinds.get(title, title)}, direct | {title}
        depths = [self.depth(target, way, direct) for target in self.calls[title] - {POINTER}]
        if POINTER in self.calls[title]:
            kinds = (kind for kind, folder in self.kinds.items() if folder not in way)
            depths += [self.depth(kind, way, NOTHING) for kind in kinds]
        return self.frames[title] + max(depths, default=0)
