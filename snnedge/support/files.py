"""Atomic file writes: under a temporary name in the same folder, then renamed."""

import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import InputError


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; rename it to ``path`` when the block succeeds.

    The block writes a file or makes a folder there. On any failure the temporary is removed and
    ``path`` is unchanged. An ``OSError`` (no such folder, not writable, disk full) becomes an
    ``InputError`` that names ``path``.
    """
    path = Path(os.path.realpath(path))  # through a link, what it points to
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise InputError(f"cannot write {path}: it is neither a file nor a folder; choose another path")
    try:
        scratch = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        yield scratch / path.name
        _move(scratch / path.name, path, scratch / "old")
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _move(new: Path, path: Path, aside: Path) -> None:
    if new.is_dir() and path.exists():  # a folder cannot be renamed over another one
        os.rename(path, aside)
        try:
            os.rename(new, path)
        except OSError:
            os.rename(aside, path)
            raise
    else:
        os.replace(new, path)


def refuse_foreign(folder: Path, own: Collection[str], mark: str) -> None:
    """Raise ``InputError`` unless ``folder`` is missing, empty, or written by snnedge.

    A folder of snnedge has the file ``mark`` and no entries besides ``own``. Such folders are replaced as a
    whole, so they must not hold files of others.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(f"{folder} is a file, and -o names a folder here: choose another -o")
    entries = sorted(p.name for p in folder.iterdir())
    foreign = [name for name in entries if name not in own]
    if foreign or (entries and mark not in entries):
        found = (foreign or entries)[0]
        raise InputError(f"{folder} holds {found!r}, which snnedge did not write: choose another -o")


def refuse_foreign_file(file: Path, is_ours: Callable[[Path], bool], problem: str) -> None:
    """Raise ``InputError`` with ``problem`` if something is at ``file`` that is none of ours.

    ``is_ours``: whether a file that exists was written by snnedge.
    """
    if file.exists() and not (file.is_file() and is_ours(file)):
        raise InputError(f"{file} is there{problem}")


def has_mark(file: Path, mark: str, size: int) -> bool:
    """Return whether ``mark`` is in the first ``size`` bytes of ``file``. Raises ``InputError``."""
    try:
        with file.open("rb") as stream:
            return mark.encode() in stream.read(size)
    except OSError as error:
        raise unreadable(file, error) from error


def unwritable(path: str | os.PathLike[str], error: OSError) -> InputError:
    """Return the one-line error for a failed write."""
    reason = error.strerror or error
    return InputError(f"cannot write {path}: {reason}; choose another path or free space")


def unreadable(path: str | os.PathLike[str], error: OSError) -> InputError:
    """Return the one-line error for a failed read."""
    return InputError(f"cannot read {path}: {error.strerror or error}")
