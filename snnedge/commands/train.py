"""Train a spiking network in Brian2 and write it to a model.pkl."""

import argparse
import tempfile
from pathlib import Path
from typing import Any

EXAMPLE = "snnedge train digits --neurons 100 -o digits.pkl"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("data_set", metavar="DATA", help="digits, mnist, or a folder of IDX files")
    add("--neurons", type=int, default=100, metavar="N", help="output neurons (default 100)")
    add("--epochs", type=float, metavar="E", help="passes over the training images, without labels")
    add("--samples", type=int, metavar="K", help="presentations, in place of --epochs")
    add("--rstdp-epochs", type=float, default=0, metavar="R", help="more passes, which use labels")
    add("--seed", type=int, default=0, help="of everything that is random (default 0)")
    add("--data", metavar="DIR", help="where data sets lie (default: $SNNEDGE_DATA, else ~/.cache/snnedge)")
    add("--validation", type=float, default=0, metavar="F", help="share of images to hold out: 0.2")
    add("--decision", help="first-spike, margin:M or all-steps; part of the model")
    add("--checkpoint-every", type=int, metavar="K", help="samples between checkpoints, up to 2500")
    add("--resume", action="store_true", help="go on from the checkpoint of a killed run")
    add("-o", "--output", default="model.pkl", metavar="FILE", help="default model.pkl")


def run(args: argparse.Namespace) -> dict[str, Any]:
    from .. import data
    from ..frontends import pkl
    from ..train import checkpoint, settings, wta

    output = Path(args.output).absolute()
    _try_to_write(output)
    every = _checked(args.checkpoint_every)
    whole = data.load(args.data_set, "train", args.data)
    seen, held = data.split(whole, args.validation, args.seed)
    chosen = settings.choose(
        whole.name,
        len(seen),
        args.neurons,
        epochs=args.epochs,
        samples=args.samples,
        rstdp_epochs=args.rstdp_epochs,
        seed=args.seed,
        decision=args.decision,
    )
    trained = wta.train(seen, chosen, output, validation=held, every=every, resume=args.resume)
    pkl.write(trained.network, output)
    checkpoint.place(output).unlink(missing_ok=True)
    return {
        "model": str(output),
        "neurons": chosen.neurons,
        "samples": chosen.samples,
        "train_seconds": round(trained.train_seconds, 3),
        "ms_per_sample": round(1000 * trained.train_seconds / chosen.samples, 4),
        "compile_seconds": round(trained.compile_seconds, 3),
        "accuracy_validation": trained.accuracy_validation,
        "supervised": chosen.supervised,
        "unassigned": int((trained.network.readout.labels < 0).sum()),
    }


def show(result: dict[str, Any]) -> str:
    accuracy = result["accuracy_validation"]
    rule = "STDP, then R-STDP with labels (supervised)" if result["supervised"] else "STDP"
    lines = [
        f"{result['model']}: {result['neurons']} neurons, {result['samples']} samples by {rule}",
        f"  training {result['train_seconds']:.1f} s ({result['ms_per_sample']:.3f} ms per sample)"
        f" and compiling {result['compile_seconds']:.1f} s",
    ]
    if accuracy is not None:
        lines.append(f"  accuracy {accuracy:.4f} on the images held out for validation")
    return "\n".join(lines)


def _checked(every: int | None) -> int | None:
    from ..errors import InputError
    from ..train.simulator import CAPACITY

    if every is not None and not 1 <= every <= CAPACITY:
        raise InputError(f"--checkpoint-every {every}: give a number from 1 to {CAPACITY}")
    return every


def _try_to_write(output: Path) -> None:
    """Fail now rather than after the training."""
    from ..files import unwritable

    try:
        if output.is_dir():
            raise IsADirectoryError(21, "is a folder")
        with tempfile.TemporaryFile(dir=output.parent):
            pass
    except OSError as error:
        raise unwritable(output, error) from error
