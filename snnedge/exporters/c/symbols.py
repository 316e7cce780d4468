"""Symbols of an exported core, prefixed by the model's name, so that a program may link several models."""

import re
import zlib
from collections.abc import Mapping

FUNCTION = re.compile(r"^(?!static|typedef)[\w *]*?\b(snn_\w+)\([^;{]*\);", re.M)
KIND = re.compile(r"^const snn_\w+_kind (snn_\w+) =", re.M)
COMMENT = re.compile(r"/\*.*?\*/", re.S)


def prefixed(core: Mapping[str, str], name: str) -> str:
    """Return the text of snn.h after lines that put ``name`` before each symbol of ``core``.

    ``core``: the sources of a core by path. A file that includes several such headers uses the first one.
    """
    shared = [path for path in sorted(core) if path.endswith(".h") and "/" not in path]
    symbols = [s for path in shared for s in FUNCTION.findall(COMMENT.sub("", core[path]))]
    symbols += [s for path in sorted(core) if path.endswith(".c") for s in KIND.findall(core[path])]
    lines = [f"#define {symbol} {name}_{symbol}" for symbol in symbols]
    return "\n".join(
        [
            "/* Written by snnedge: the symbols of this model's core. */",
            "#ifndef SNN_H",
            f"#define SNN_CORE {core_sum(core)}",
            *lines,
            "#endif\n",
            core["snn.h"],
        ]
    )


def core_sum(core: Mapping[str, str]) -> str:
    """Return a C constant that differs for cores of which one cannot run the tables of the other."""
    shared = (core[path] for path in sorted(core) if "/" not in path)
    return f"0x{zlib.crc32(''.join(shared).encode()):08x}u"
