"""A network of Brian2 as a program: declared and compiled once, run again and again with other arrays."""

import contextlib
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Self

import numpy as np

from ..errors import ToolError
from . import compile


class Program:
    """What ``declare(brian2)`` declares, compiled. ``parts``: what it returned. Simulators derive from it.

    A context manager; its files are temporary. Brian2 has one device per process: each program keeps what
    the device knew when it was compiled, and gives it that back to run. ``compile_seconds``: what opening
    it took; ``run_seconds``: the last run's loop over time alone.
    Raises ``ToolError``.
    """

    def __init__(self, declare: Callable[[ModuleType], Any]) -> None:
        start, self.run_seconds = time.perf_counter(), 0.0
        self._brian = compile.acquire()
        self._folder = Path(tempfile.mkdtemp(prefix="snnedge-brian2-"))
        try:
            self.parts = declare(self._brian)
            compile.compile_network(self._brian.device, self._folder)
            self._known = dict(vars(self._brian.get_device()))
        except BaseException:
            self.close()
            raise
        self.compile_seconds = time.perf_counter() - start

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the program and all its files, and give Brian2 free."""
        shutil.rmtree(self._folder, ignore_errors=True)
        for name in ("parts", "_known"):  # while they live, Brian2 gives other names to the next program's
            self.__dict__.pop(name, None)
        compile.release(self._brian)

    def execute(
        self, arrays: Mapping[object, np.ndarray], read: Mapping[str, Callable[[], Any]]
    ) -> dict[str, Any]:
        """Run with ``arrays`` (TimedArrays, variables) set; what the functions of ``read`` find afterwards.

        Raises ``ToolError`` when the program fails.
        """
        device = self._brian.get_device()
        vars(device).update(self._known)
        try:
            with contextlib.redirect_stdout(sys.stderr):  # Brian2 prints there when a run fails
                device.run(with_output=False, run_args=dict(arrays))
            self.run_seconds = float(device._last_run_time)
            device.delete(code=False, data=False, directory=False)
            return {name: np.array(get()) for name, get in read.items()}
        except (RuntimeError, OSError, ValueError, IndexError) as error:
            raise ToolError(f"the compiled network failed ({error}); is the disk full?") from error


class Slot:
    """Holds the simulator that was opened last: Brian2 has one at a time. ``compile_seconds``: of all."""

    def __init__(self) -> None:
        self.compile_seconds = 0.0
        self._key: tuple[Any, ...] = ()
        self._open: Program | None = None

    def open(self, kind: Callable[..., Any], *sizes: Any) -> Any:
        """``kind(*sizes)``, a simulator. Raises ``ToolError``."""
        if self._open is None or self._key != (kind, sizes):
            self.close()
            self._key, self._open = (kind, sizes), kind(*sizes)
            self.compile_seconds += self._open.compile_seconds
        return self._open

    def holds(self, kind: type[Program]) -> bool:
        """Whether a simulator of ``kind`` is open."""
        return isinstance(self._open, kind)

    def close(self) -> None:
        """Remove its program, if there is one."""
        if self._open is not None:
            self._open.close()
        self._open = None


def filled_up(values: np.ndarray, rows: int, blank: int = 0) -> np.ndarray:
    """``values`` followed by rows of ``blank``: blank samples, in which nothing is learned."""
    whole = np.full((rows, *values.shape[1:]), blank, values.dtype)
    whole[: len(values)] = values
    return whole
