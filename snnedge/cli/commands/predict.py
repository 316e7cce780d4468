"""Answer images from a file: one label per line."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model_arguments import add_model, open_integer

if TYPE_CHECKING:
    import numpy as np

EXAMPLE = "snnedge predict digits images.npy"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("images", metavar="FILE", help="uint8 images: .npy, or IDX (.gz)")


def run(args: argparse.Namespace) -> dict[str, Any]:
    from ...data.contrast import as_trained
    from ...errors import InputError
    from ...runtime.runtime import Runtime

    runtime = Runtime(open_integer(args.model))
    images = _read(args.images)
    try:
        outcome = runtime.run(as_trained(runtime.checked(images), runtime.model.provenance))
    except InputError as error:
        raise InputError(f"{args.images}: {error}") from error
    return {
        "labels": outcome.labels.tolist(),
        "steps": outcome.steps.tolist(),
        "hash": runtime.model.hash_text,
    }


def show(result: dict[str, Any]) -> str:
    return "\n".join(str(label) for label in result["labels"])


def _read(path: str) -> "np.ndarray":
    import numpy as np

    from ...data.idx import read_idx
    from ...errors import InputError
    from ...support.files import unreadable

    if not path.endswith(".npy"):
        return read_idx(path)
    if Path(path).exists() and not Path(path).is_file():
        raise InputError(f"{path} is not a file; give images as .npy or IDX")
    try:
        return np.asarray(np.load(path, allow_pickle=False, mmap_mode="r"))
    except OSError as error:
        raise unreadable(path, error) from error
    except Exception as error:  # numpy's parser of headers lets through whatever its tokenizer raises
        raise InputError(f"{path}: not an npy file of plain numbers ({error})") from error
