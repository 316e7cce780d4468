"""Compilation of Brian2's generated C++: without its log output, in parallel, and cached.

The cache ($XDG_CACHE_HOME/snnedge/brian2, else ~/.cache/snnedge/brian2) holds one binary per hash of the
generated sources, compiler, flags and processor. Deleting it is always safe.
"""

import contextlib
import fcntl
import gc
import hashlib
import importlib.metadata
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError, ToolError
from ..support.files import replacing
from ..support.programs import mortal

log = logging.getLogger("snnedge")

# fast-math alone would break Brian2's infinities, hence -fno-finite-math-only.
FLAGS = ("-w", "-std=c++11", "-O3", "-march=native", "-ffast-math", "-fno-finite-math-only", "-I.")
PACKAGE = "snnedge.brian2_program"  # where templates/ lies
HEADER = "objects.h"  # included by every source: precompiling it halves the time of a build
TIMEOUT = 600  # seconds for one compiler call; a build takes about 15
REMEDY = "pip install 'snnedge[train]'"


def version() -> str:
    """Return the version of Brian2. Raises ``ToolError`` when it, g++ or make is missing."""
    for tool in ("g++", "make"):
        if not shutil.which(tool):
            raise ToolError(f"{tool} not found, Brian2 needs it; apt-get install g++ make")
    try:
        return importlib.metadata.version("brian2")
    except importlib.metadata.PackageNotFoundError as error:
        raise ToolError(f"brian2 is not installed; {REMEDY}") from error


def acquire() -> Any:
    """Return the module brian2, its device ready for one new program. Raises ``ToolError``."""
    version()
    hook = sys.excepthook
    try:
        import brian2
    except (ImportError, AttributeError) as error:  # AttributeError: a numpy too new for it
        raise ToolError(f"brian2 cannot be imported ({error}); {REMEDY}") from error
    finally:
        sys.excepthook = hook  # Brian2 installs one of its own
    brian2.BrianLogger.log_level_error()
    brian2.prefs["core.default_float_dtype"] = np.float32
    brian2.prefs["devices.cpp_standalone.run_cmd_unix"] = mortal(["./main"])
    brian2.set_device("cpp_standalone", build_on_run=False)
    brian2.device.reinit()  # drop the networks that this process compiled before
    brian2.device.activate(build_on_run=False)
    _add_templates(brian2.device.code_object_class())
    return brian2


def connect_all(synapses: Any, *pathways: str) -> None:
    """Connect every source to every target, and compile ``pathways`` of on_pre as dense rows.

    Results are equal bit for bit, and the program is up to four times as fast. Precondition: no delays and
    no subgroups.
    """
    synapses.connect()
    for name in pathways:
        getattr(synapses, name).template = "dense"  # templates/dense.cpp


def release(brian: Any) -> None:
    """Restore the runtime device and double precision, which other code in this process expects."""
    brian.device.reinit()
    gc.collect()  # objects still alive would change the names, and so the code, of the next program
    brian.set_device("runtime")
    brian.prefs["core.default_float_dtype"] = np.float64
    brian.prefs["devices.cpp_standalone.run_cmd_unix"] = "./main"


def compile_network(device: Any, folder: Path) -> None:
    """Write the program of ``device`` to the empty ``folder``; compile its binary, or copy a cached one.

    Raises ``ToolError`` when the compiler fails or takes more than ``TIMEOUT`` seconds.
    """
    device.build(directory=str(folder), compile=False, run=False)
    cached = cache() / _fingerprint(folder)
    with _locked(cached.with_suffix(".lock")):
        try:
            shutil.copy2(cached, folder / "main")
        except OSError:
            _compile(folder)
            _keep(folder / "main", cached)


def _compile(folder: Path) -> None:
    """Compile the program in ``folder`` on all processors."""
    log.info("compiling the network (once for networks of this size)")
    _run(folder, "g++", *FLAGS, "-x", "c++-header", HEADER)
    flags = " ".join(("-c", *FLAGS, "-include", HEADER))
    # Without DEPS, make does not list every header of every file first: the folder is fresh.
    _run(folder, "make", f"-j{os.cpu_count()}", "DEPS=", "CXX=g++", f"CXXFLAGS={flags}")


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock ``path``, so that no two processes compile one program; none in an unwritable cache."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context(path.open("w"))
            fcntl.flock(file, fcntl.LOCK_EX)  # released when the file is closed, also by a killed process
        yield


def cache() -> Path:
    """Return the folder of compiled binaries."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(home) / "snnedge" / "brian2"


def _add_templates(kind: Any) -> None:
    """Add templates/ to Brian2's templates; a template there may extend Brian2's own as brian2/NAME."""
    from jinja2 import PrefixLoader

    original = kind.templater
    if PACKAGE not in original.package_names:
        kind.templater = original.derive(PACKAGE)
        kind.templater.env.loader.loaders.append(PrefixLoader({"brian2": original.env.loader}))


def _fingerprint(folder: Path) -> str:
    """Return the hash of the sources in ``folder``, the compiler, its flags and the processor."""
    # The verbose output holds the compiler's version and the meaning of -march=native on this machine.
    words = _run(folder, "g++", *FLAGS, "-v", "-E", "-x", "c++", os.devnull)
    digest = hashlib.blake2b(words, digest_size=16)
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".cpp", ".h")):
        # Lines are sorted because Brian2 writes some of them in the order of a Python set.
        digest.update(b"\n".join([path.name.encode(), *sorted(path.read_bytes().splitlines())]))
    return digest.hexdigest()


def _keep(binary: Path, cached: Path) -> None:
    """Copy ``binary`` to the cache; an unwritable cache is no error, the next build only takes longer."""
    with contextlib.suppress(OSError, InputError):
        cached.parent.mkdir(parents=True, exist_ok=True)
        with replacing(cached) as scratch:
            shutil.copy2(binary, scratch)


def _run(folder: Path, *command: str) -> bytes:
    """Run a compiler command and return its output. Raises ``ToolError`` with its first error line."""
    try:
        done = subprocess.run(mortal(command), cwd=folder, capture_output=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"{command[0]} took more than {TIMEOUT} s to compile the network") from error
    if done.returncode:
        lines = [line for line in done.stderr.decode(errors="replace").splitlines() if "rror" in line]
        raise ToolError(f"{command[0]} failed on Brian2's code: {(lines or ['no message'])[0]}")
    return done.stdout + done.stderr
