"""A Brian2 network as a program: declared and compiled once, run again and again with other arrays."""

import contextlib
import sys
import time
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, Self

import numpy as np

from ..errors import ToolError
from ..support.files import temporary
from . import compile


class Program:
    """A compiled network; base class of the simulators, and a context manager that removes its files.

    ``parts``: the return value of ``declare(brian2)``, which declares the network and its run. ``sizes``:
    the arguments of a simulator that decide the compiled program. ``compile_seconds``: time to open it.
    ``run_seconds``: time of the last run in its loop over time steps alone. Raises ``ToolError``.

    Brian2 has one device per process. Each program keeps the attributes that the device had after the
    compilation, and restores them before a run.
    """

    sizes: tuple[Any, ...] = ()

    def __init__(self, declare: Callable[[ModuleType], Any]) -> None:
        start, self.run_seconds = time.perf_counter(), 0.0
        self._brian = compile.acquire()
        self._files = contextlib.ExitStack()
        self._folder = self._files.enter_context(temporary("snnedge-brian2-"))
        try:
            self.parts = declare(self._brian)
            compile.compile_network(self._brian.device, self._folder)
            self._device_attributes = dict(vars(self._brian.get_device()))
        except BaseException:
            self.close()
            raise
        self.compile_seconds = time.perf_counter() - start

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the program with all its files, and release Brian2."""
        self._files.close()
        # While these objects live, Brian2 gives other names to the objects of the next program.
        for name in ("parts", "_device_attributes"):
            self.__dict__.pop(name, None)
        compile.release(self._brian)

    def execute(
        self, arrays: Mapping[object, np.ndarray], read: Mapping[str, Callable[[], Any]]
    ) -> dict[str, Any]:
        """Run with ``arrays`` set, and return the results of the functions ``read`` by name.

        ``arrays``: values by Brian2 object, a ``TimedArray`` or a variable. Raises ``ToolError`` when the
        program fails.
        """
        device = self._brian.get_device()
        vars(device).update(self._device_attributes)
        try:
            with contextlib.redirect_stdout(sys.stderr):  # Brian2 prints there when a run fails
                device.run(with_output=False, run_args=dict(arrays))
            self.run_seconds = float(device._last_run_time)
            device.delete(code=False, data=False, directory=False)
            return {name: np.array(get()) for name, get in read.items()}
        except (RuntimeError, OSError, ValueError, IndexError) as error:
            raise ToolError(f"the compiled network failed ({error}); is the disk full?") from error


class CurrentProgram:
    """The one program that is open, since Brian2 has one device per process.

    ``compile_seconds``: total over all programs opened so far.
    """

    def __init__(self, program: Program | None = None) -> None:
        self.compile_seconds = 0.0
        self._program = program

    def open(self, kind: Callable[..., Any], *sizes: Any) -> Any:
        """Return the simulator ``kind(*sizes)``; close any other one. Raises ``ToolError``."""
        if self._program is None or (type(self._program), self._program.sizes) != (kind, sizes):
            self.close()
            self._program = kind(*sizes)
            self.compile_seconds += self._program.compile_seconds
        return self._program

    def holds(self, kind: type[Program]) -> bool:
        """Return whether a simulator of class ``kind`` is open."""
        return isinstance(self._program, kind)

    def close(self) -> None:
        """Remove the open program, if any."""
        if self._program is not None:
            self._program.close()
        self._program = None
