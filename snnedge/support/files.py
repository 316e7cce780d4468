"""Atomic file writes: under a temporary name in the same folder, then exchanged or renamed."""

import errno
import glob
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from ..errors import InputError
from . import lock
from .exchange import exchange

ASIDE = "old"  # in the temporary folder: what was replaced


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; put it at ``path`` when the block succeeds.

    The block writes a file or makes a folder there. What was at ``path`` before is replaced at once, after
    the new content is on the disk. On any failure the temporary is removed and ``path`` is unchanged.
    Missing parent folders are made. An ``OSError`` (not writable, disk full) becomes an ``InputError``
    that names ``path``.
    """
    path = _target(Path(path))
    try:
        with _parents(path), _scratch(path) as scratch:
            yield scratch / path.name
            _to_disk(scratch / path.name)
            _move(scratch / path.name, path, scratch / ASIDE)
            _sync(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error


def mend(path: Path) -> None:
    """Remove what killed processes have left beside ``path``, and restore what they had set aside.

    A temporary folder belongs to a living process as long as it is locked.
    """
    for left in sorted(path.parent.glob(f"{glob.escape(_prefix(path))}*")):
        with suppress(OSError), lock.held(left) as owned:
            if owned:
                _restore(left / ASIDE, path)
                shutil.rmtree(left, ignore_errors=True)


def _target(path: Path) -> Path:
    """Return what ``path`` is, through links. Raises ``InputError`` for what cannot be replaced."""
    found = Path(os.path.realpath(path))
    if path.is_symlink() and not found.exists():
        raise InputError(f"cannot write {path}: it is a link to {found}, which is missing; remove the link")
    if found.exists() and not (found.is_file() or found.is_dir()):
        raise InputError(f"cannot write {found}: it is neither a file nor a folder; choose another path")
    return found


@contextmanager
def _parents(path: Path) -> Iterator[None]:
    """Make the missing parent folders of ``path``; remove them again when the block fails."""
    missing = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for folder in missing:
            with suppress(OSError):  # another process has written to it
                folder.rmdir()
        raise


@contextmanager
def temporary(prefix: str) -> Iterator[Path]:
    """Yield a new folder for temporary files; remove it in the end, and first those of killed processes."""
    for left in Path(tempfile.gettempdir()).glob(f"{glob.escape(prefix)}*"):
        with suppress(OSError), lock.held(left) as owned:
            if owned:
                shutil.rmtree(left, ignore_errors=True)
    with _locked_folder(prefix, None) as folder:
        yield folder


@contextmanager
def _scratch(path: Path) -> Iterator[Path]:
    """Yield a new locked folder beside ``path``, removed in the end."""
    mend(path)
    with _locked_folder(_prefix(path), path.parent) as scratch:
        yield scratch


@contextmanager
def _locked_folder(prefix: str, parent: Path | None) -> Iterator[Path]:
    while True:
        scratch = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        with lock.held(scratch) as owned:
            if owned is False or not scratch.exists():  # another process took it for a leftover
                continue
            try:
                yield scratch
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
            return


def _prefix(path: Path) -> str:
    """Return the beginning of the names of temporary folders beside ``path``."""
    return f".{path.name}.snnedge-"


def _move(new: Path, path: Path, aside: Path) -> None:
    """Put ``new`` at ``path`` at once. Where the system cannot exchange folders, set the old one aside."""
    if not (new.is_dir() and path.exists()):
        os.replace(new, path)
    elif not exchange(new, path):
        os.rename(path, aside)
        try:
            os.rename(new, path)
        except OSError:
            os.rename(aside, path)
            raise


def _restore(aside: Path, path: Path) -> None:
    """Put ``aside`` back if its process was killed before the new folder was at ``path``."""
    if aside.exists() and not path.exists():
        os.rename(aside, path)


def _to_disk(path: Path) -> None:
    """Write the content of the file or folder ``path`` to the disk."""
    for folder, _, names in os.walk(path):
        for name in names:
            _sync(Path(folder) / name)
        _sync(Path(folder))
    if path.is_file():
        _sync(path)


def _sync(path: Path) -> None:
    """Write ``path`` to the disk; some systems cannot do that for folders."""
    try:
        file = os.open(path, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EBADF, errno.ENOTSUP):
            raise
    finally:
        os.close(file)


def refuse_foreign(
    folder: Path, own: Collection[str], mark: str, is_own: Callable[[PurePosixPath], bool]
) -> None:
    """Raise ``InputError`` unless ``folder`` is missing, empty, or written by snnedge.

    A folder of snnedge has the file ``mark``, no entries besides ``own``, and in them only files that
    ``is_own`` accepts, by path below ``folder``. Such folders are replaced as a whole, so they must not
    hold files of others.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(f"{folder} is a file, and -o names a folder here: choose another -o")
    entries = sorted(p.name for p in folder.iterdir())
    foreign = [name for name in entries if name not in own]
    if not foreign and mark in entries:
        foreign = [str(path) for path in _files(folder) if not is_own(path)]
    if foreign or (entries and mark not in entries):
        found = (foreign or entries)[0]
        raise InputError(f"{folder} holds {found!r}, which snnedge did not write: choose another -o")


def _files(folder: Path) -> list[PurePosixPath]:
    """Return all files and links in ``folder``, by path below it."""
    found = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    return sorted(PurePosixPath(path.relative_to(folder).as_posix()) for path in found)


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
