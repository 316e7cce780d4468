"""Exchange of two paths at once, where the system can do it: Linux, by renameat2."""

import ctypes
import errno
import os
from pathlib import Path

AT_FDCWD = -100  # paths are relative to the current folder
RENAME_EXCHANGE = 2
UNABLE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)  # the kernel or the file system cannot do it


def exchange(first: Path, second: Path) -> bool:
    """Exchange two paths; return False, with nothing changed, where that is not possible at once.

    No process finds either of them missing. Raises ``OSError``.
    """
    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):  # another system, or an old C library
        return False
    if not function(AT_FDCWD, os.fsencode(first), AT_FDCWD, os.fsencode(second), RENAME_EXCHANGE):
        return True
    number = ctypes.get_errno()
    if number in UNABLE:
        return False
    raise OSError(number, os.strerror(number), str(second))
