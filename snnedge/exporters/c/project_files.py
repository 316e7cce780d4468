"""Project files around src/, for CMake, Arduino, PlatformIO, ESP-IDF and Zephyr.

Every file of templates/ is in each exported folder at the same path, with the values of a model for
@KEY@. A build system is a file there.
"""

import re
from functools import reduce
from importlib import metadata
from pathlib import Path

import numpy as np

from ...compiler.tables import Tables
from ...model.integer_model import IntegerModel
from ...runtime.runtime import Runtime

TEMPLATES = Path(__file__).parent / "templates"
SAMPLE_FACTOR = 37  # the self-test's sample is (37 k) mod 256 at input k


def entries() -> tuple[str, ...]:
    """Return the names at the top of a folder."""
    return tuple(path.name for path in TEMPLATES.iterdir())


def paths() -> tuple[str, ...]:
    """Return the paths of all files in a folder."""
    found = (path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file())
    return tuple(sorted(found))


def write(model: IntegerModel, tables: Tables, name: str, folder: Path) -> None:
    """Fill in all templates for ``model``, which has ``tables`` and the C name ``name``."""
    values = {
        "NAME": name,
        "UPPER": name.upper(),
        "HASH": model.hash_text,
        "VERSION": f"{_release()}+{model.hash_text}",
        "FACTOR": str(SAMPLE_FACTOR),
        "CHECKSUM": str(self_test_checksum(model, tables)),
    }
    for template in (path for path in TEMPLATES.rglob("*") if path.is_file()):
        text = re.sub("@([A-Z]+)@", lambda found: values[found[1]], template.read_text("utf-8"))
        target = folder / template.relative_to(TEMPLATES)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8", newline="\n")


def self_test_checksum(model: IntegerModel, tables: Tables) -> int:
    """Return the checksum of the answer to the self-test's sample, as in examples/self_test/self_test.h."""
    sample = (SAMPLE_FACTOR * np.arange(model.encoder.size) % 256).astype(np.uint8)
    found = Runtime(model, tables=tables).run(sample.reshape(1, *model.encoder.shape))
    counts = (found.labels.astype(np.uint16), found.steps, found.input_spikes, found.saturations)
    spikes = np.stack((found.spike_counts[0], found.first_spikes[0]), axis=1)
    numbers: list[int] = [*(int(array[0]) for array in counts), *spikes.ravel().tolist()]
    return reduce(_add, numbers)


def _add(total: int, number: int) -> int:
    return (31 * total + number) % 2**32


def _release() -> str:
    """Return the version of snnedge as three numbers, which all of these build systems accept."""
    numbers = re.findall(r"\d+", metadata.version("snnedge"))
    return ".".join((*numbers, "0", "0")[:3])
