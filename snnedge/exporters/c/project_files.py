"""Folder: the files around src/, for CMake, Arduino, PlatformIO, ESP-IDF and Zephyr.

What lies in _c/ lies in every exported folder, at the same place, with the values of a model for @KEY@: a
build system is a file there.
"""

import re
from functools import reduce
from importlib import metadata
from pathlib import Path

import numpy as np

from ...model.integer_model import IntegerModel
from ...runtime.runtime import Runtime

TEMPLATES = Path(__file__).parent / "templates"
FACTOR = 37  # of the self-test's sample: (FACTOR k) mod 256 at input k


def entries() -> tuple[str, ...]:
    """Names at the top of a folder."""
    return tuple(path.name for path in TEMPLATES.iterdir())


def write(model: IntegerModel, name: str, folder: Path) -> None:
    """Fill in all templates for ``model``, which C calls ``name``."""
    values = {
        "NAME": name,
        "UPPER": name.upper(),
        "HASH": model.hash_text,
        "VERSION": f"{_release()}+{model.hash_text}",
        "FACTOR": str(FACTOR),
        "ANSWER": str(answer_sum(model)),
    }
    for template in (path for path in TEMPLATES.rglob("*") if path.is_file()):
        text = re.sub("@([A-Z]+)@", lambda found: values[found[1]], template.read_text("utf-8"))
        place = folder / template.relative_to(TEMPLATES)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8", newline="\n")


def answer_sum(model: IntegerModel) -> int:
    """What examples/self_test/self_test.h computes of the answer to its sample."""
    sample = (FACTOR * np.arange(model.encoder.size) % 256).astype(np.uint8)
    found = Runtime(model).run(sample.reshape(1, *model.encoder.shape))
    counts = (found.labels.astype(np.uint16), found.steps, found.input_spikes, found.saturations)
    spikes = np.stack((found.spike_counts[0], found.first_spikes[0]), axis=1)
    numbers: list[int] = [*(int(array[0]) for array in counts), *spikes.ravel().tolist()]
    return reduce(_add, numbers)


def _add(total: int, number: int) -> int:
    return (31 * total + number) % 2**32


def _release() -> str:
    """The version of snnedge, as three numbers: what all of these build systems take."""
    numbers = re.findall(r"\d+", metadata.version("snnedge"))
    return ".".join((*numbers, "0", "0")[:3])
