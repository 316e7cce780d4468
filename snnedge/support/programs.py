"""External programs: found on PATH, run within a time limit, with one-line errors."""

import os
import selectors
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import ToolError


@dataclass(frozen=True)
class Program:
    """A program: the name of its ``command``, and the command line that installs it."""

    command: str
    install: str

    @property
    def missing(self) -> str | None:
        """None when the program is on PATH, else what to install, in one line."""
        return None if shutil.which(self.command) else f"{self.command} is not on PATH: {self.install}"

    def require(self) -> None:
        """Raise ``ToolError`` when the program is not on PATH."""
        if self.missing:
            raise ToolError(self.missing)


def run(
    command: Sequence[str], limit: float, cwd: Path | None = None, data: bytes = b"", greets: bool = False
) -> subprocess.CompletedProcess[bytes]:
    """Run ``command`` with ``data`` as its input, for at most ``limit`` seconds.

    A program that ``greets`` gets its input after it has written its first byte. Raises ``ToolError`` when
    it cannot start, fails, or takes longer; it and its children are then killed.
    """
    with started(command, cwd) as process:
        return talk(process, limit, data, greets)


def mortal(command: Sequence[str]) -> list[str]:
    """Return ``command`` such that it is killed when this process ends, where setpriv can do that."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", *command] if setpriv else list(command)


@contextmanager
def started(command: Sequence[str], cwd: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """Start ``command`` with pipes to it; kill it and its children when the block fails.

    Raises ``ToolError`` when it cannot start.
    """
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(
            command, cwd=cwd, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
        )
    except OSError as error:
        raise ToolError(f"cannot start {command[0]}: {error.strerror}") from error
    with process:
        try:
            yield process
        except BaseException:
            with suppress(OSError):  # it has already ended with all its children
                os.killpg(process.pid, signal.SIGKILL)
            raise


def talk(
    process: subprocess.Popen[bytes], limit: float, data: bytes = b"", greets: bool = False
) -> subprocess.CompletedProcess[bytes]:
    """Send ``data`` to a started program as in ``run``, and wait for its end."""
    words: Sequence[str] = process.args  # type: ignore[assignment]  # as given to started
    name = os.path.basename(words[0])
    try:
        greeting = _first_byte(process, limit) if greets else b""
        out, err = process.communicate(data, limit)
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"{name}: stopped after its limit of {limit:g} s") from error
    if process.returncode:
        raise ToolError(f"{name}: exit code {process.returncode}{_reason(err)}")
    return subprocess.CompletedProcess(words, 0, greeting + out, err)


def compiler() -> list[str]:
    """Return the system compiler: $CC, or the first of cc, gcc, clang. Raises ``ToolError``."""
    chosen = os.environ.get("CC", "").strip()
    if chosen:
        try:
            return shlex.split(chosen)
        except ValueError as error:
            raise ToolError(f"CC={chosen}: {error}; set CC to a C compiler") from error
    for name in ("cc", "gcc", "clang"):
        if shutil.which(name):
            return [name]
    raise ToolError("no C compiler found: install one (apt-get install gcc) or set CC")


def _first_byte(process: subprocess.Popen[bytes], limit: float) -> bytes:
    """Read the first byte that ``process`` writes; nothing when it ends without output."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        if not selector.select(limit):
            raise subprocess.TimeoutExpired(process.args, limit)
    return os.read(process.stdout.fileno(), 1)


def _reason(stderr: bytes) -> str:
    lines = [line for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    chosen = [line for line in lines if "error" in line.lower()] or lines[-1:]
    return f" ({chosen[0].strip()})" if chosen else ""
