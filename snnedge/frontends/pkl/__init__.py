"""`pkl`: model.pkl, which `snnedge train` writes, and the pickles of users' own Brian2 scripts.

The unpickler reads both as data; model-pkl.md describes them.
"""

import argparse
import io
import logging
import os
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ...support.files import replacing
from . import numpy_files
from .numpy_files import is_folder
from .options import OPTIONS, flag

if TYPE_CHECKING:
    from ...model.network import Network

__all__ = ["EXTENSIONS", "OPTIONS", "READ_ONLY", "add_arguments", "is_folder", "read", "write"]

EXTENSIONS = (".pkl", ".pickle")
READ_ONLY = numpy_files.EXTENSIONS

log = logging.getLogger("snnedge")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add an option for every name in ``OPTIONS``; each is None when it is not given."""
    group = parser.add_argument_group("what a model.pkl from a script of your own may lack")
    for name, option in OPTIONS.items():
        settings: dict[str, Any] = {"nargs": 2} if isinstance(option.metavar, tuple) else {}
        settings |= {"action": "append"} if option.repeatable else {}
        group.add_argument(
            flag(name),
            type=option.type,
            metavar=option.metavar,
            help=option.help,
            **settings,
        )


def read(path: str | os.PathLike[str], supplied: Mapping[str, Any] | None = None) -> "Network":
    """Return the network in the pickle at ``path``.

    ``supplied``: values by names in ``OPTIONS``, as the options of the same names give them (None = not
    given); they take precedence over the file's own. Raises ``InputError``, one line, for a file that is
    hostile, damaged or of another version, and for missing, superfluous or impossible values.
    """
    from . import unpickler
    from .user_script import read_script

    given = {key: value for key, value in (supplied or {}).items() if value is not None}
    by_numpy = is_folder(path) or Path(path).suffix.lower() in READ_ONLY
    content = numpy_files.load(path) if by_numpy else unpickler.load(path)
    if not isinstance(content, dict):
        raise InputError(f"{path}: holds a {type(content).__name__}, not a dict of a model's parts")
    if "format" not in content:
        return read_script(content, str(path), given)
    if given:
        flags = ", ".join(flag(name) for name in given)
        raise InputError(f"{path}: is complete, nothing is left to supply; leave out {flags}")
    return _read_model(content, str(path))


def write(network: "Network", path: str | os.PathLike[str]) -> None:
    """Write ``network`` as a model.pkl: equal networks give equal bytes.

    ``read`` accepts what was written. Raises ``InputError`` if the network breaks the schema (names,
    ranges, kinds), is too large or if ``path`` cannot be written; then nothing is.
    """
    from . import schema, unpickler

    checked = schema.to_network(schema.to_content(network), str(path))
    data = _dump(_with_checksum(schema.to_content(checked), path))
    if len(data) > unpickler.MAX_BYTES:
        problem = f"{len(data)} bytes, and at most {unpickler.MAX_BYTES} are read"
        raise InputError(f"cannot write {path}: the model has {problem}")
    with replacing(path) as scratch:
        Path(scratch).write_bytes(data)


def _read_model(content: dict[str, Any], file: str) -> "Network":
    """Return the network of a complete model; only version 1 has no checksum."""
    from . import checksum, schema

    if schema.check_version(content, file) < schema.FIRST_CHECKED:
        log.info("%s: a model of version 1 has no checksum; damage to its values is not detected", file)
        return schema.to_network(content, file)
    checksum.check(content, file)
    return schema.to_network({key: value for key, value in content.items() if key != checksum.FIELD}, file)


def _with_checksum(content: dict[str, Any], path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return ``content`` with the checksum of what a reader gets from its pickle."""
    from . import checksum, unpickler

    try:
        as_read = unpickler.loads(_dump(content))
    except unpickler.Refused as error:
        raise InputError(f"cannot write {path}: field 'provenance' is no plain data: it {error}") from error
    first = {key: content[key] for key in ("format", "version")}
    return first | {checksum.FIELD: checksum.checksum(as_read)} | content


def _dump(content: dict[str, Any]) -> bytes:
    """Pickle without a memo: with one, the bytes depend on which equal objects are the same object."""
    file = io.BytesIO()
    pickler = pickle.Pickler(file, protocol=4)
    pickler.fast = True
    pickler.dump(content)
    return file.getvalue()
