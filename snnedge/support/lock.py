"""Locks that end with their process, however it ends."""

import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import InputError
from .printable import printable

try:
    import fcntl
except ImportError:  # a system without such locks: nothing is ever found to be left over
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger("snnedge")

MAX_OWNER = 400  # bytes of a lock file
REMEDY = "choose another -o, or wait; if that process does not exist, remove the file"


@contextmanager
def owned(path: Path, what: str) -> Iterator[None]:
    """Hold the lock file ``path`` for the block, in which ``what`` is done; remove it in the end.

    The file holds process and host. One of a process that has ended is taken over, with a warning. Raises
    ``InputError``, with owner and age, while another process has it, and ``OSError``.
    """
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            free, before = _locked(file), os.read(file, MAX_OWNER).decode(errors="replace").strip()
            if free is False or (free is None and before):
                raise InputError(f"{path}: {what} is under way: {_since(file, before)}; {REMEDY}")
            if not _is_at(file, path):  # its owner has removed it in the meantime
                continue
            if before:
                log.warning("%s: %s, was killed; its lock is taken over", path, _since(file, before))
            _sign(file)
            try:
                yield
            finally:
                path.unlink(missing_ok=True)
            return
        finally:
            os.close(file)


def _sign(file: int) -> None:
    os.ftruncate(file, 0)
    os.pwrite(file, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)


def _since(file: int, owner: str) -> str:
    age = max(time.time() - os.fstat(file).st_mtime, 0)
    return f"{printable(owner) or 'another process'}, since {age:,.0f} s"


def _is_at(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), os.stat(path))
    except FileNotFoundError:
        return False


@contextmanager
def held(path: Path) -> Iterator[bool | None]:
    """Lock the file or folder ``path`` for the block, and yield True.

    Yield False if another process has the lock or ``path`` is missing, and None on a system or disk
    without locks. The lock is released when the block ends, also by the end of the process. Raises
    ``OSError`` when ``path`` cannot be opened.
    """
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield False
        return
    try:
        yield _locked(file)
    finally:
        os.close(file)


def _locked(file: int) -> bool | None:
    if fcntl is None:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True
