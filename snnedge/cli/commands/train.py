"""Train a spiking network in Brian2 and write it to a model.pkl."""

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...data import Dataset
    from ...plots.figure import Live
    from ...train.checkpoint import Checkpoint
    from ...train.loop import Observer, Trained
    from ...train.recipe import Recipe, Report

EXAMPLE = "snnedge train digits --neurons 100 -o digits.pkl"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("data_set", metavar="DATA", help="digits, mnist, or a folder of IDX files")
    add("--preset", metavar="NAME", help="which network and rules; default: the one for DATA, else wta")
    add("--neurons", type=int, metavar="N", help="output neurons")
    add("--epochs", type=float, metavar="E", help="passes over the training images")
    add("--samples", type=int, metavar="K", help="presentations, in place of --epochs")
    add("--rstdp-epochs", type=float, metavar="R", help="wta: more passes of R-STDP, which uses labels")
    add("--margin-epochs", type=float, metavar="R", help="wta: more passes of the margin rule, likewise")
    add("--seed", type=int, help="of everything that is random (default 0)")
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="any constant of the preset")
    add("--data", metavar="DIR", help="where data sets lie (default: $SNNEDGE_DATA, else ~/.cache/snnedge)")
    add("--validation", type=float, default=0, metavar="F", help="share of images to hold out: 0.2")
    add("--patience", type=int, default=0, metavar="P", help="stop after P of 20 checks without a gain")
    add("--memory", metavar="auto|GB", help="memory to use: larger or smaller chunks, the same result")
    add("--decision", help="first-spike, margin:M or all-steps; part of the model")
    add("--checkpoint-every", type=int, metavar="K", help="samples between checkpoints")
    add("--plots", metavar="DIR", help="pictures of the training, kept up to date (snnedge plot)")
    add("--resume", action="store_true", help="go on from the checkpoint of a killed run, if there is one")
    add("-o", "--output", default="model.pkl", metavar="FILE", help="default model.pkl")


def run(args: argparse.Namespace) -> dict[str, Any]:
    from ... import data
    from ...frontends import pkl
    from ...measure.machine import peak_memory_mb
    from ...plots.figure import Live
    from ...support import plugins
    from ...train import checkpoint, chunk_size, loop, preset

    output = Path(args.output).absolute()
    _try_to_write(output)
    _check(args)
    live = Live(Path(args.plots)) if args.plots is not None else None
    whole = data.load(args.data_set, "train", args.data)
    name = args.preset or preset.default(whole.name)
    recipe_name = preset.recipe(name)
    constants = preset.load(name, whole.name, preset.parse(args.set) | _chosen(args))
    seen, held = data.split(whole, args.validation, constants["seed"])
    recipe = plugins.load("recipes", recipe_name)
    settings = recipe.choose(constants, seen)
    origin = loop.describe(name, recipe_name, seen, settings, args.patience)
    prepared = recipe.prepare(seen, settings)
    if args.memory:
        prepared.fit(chunk_size.limit(args.memory))
    trained = loop.train(
        prepared,
        origin,
        output,
        validation=held if len(held) else None,
        patience=args.patience,
        every=args.checkpoint_every,
        resume=args.resume,
        constants=constants,
        observers=[_painter(live, prepared)] if live else [],
    )
    pkl.write(trained.network, output)
    checkpoint.place(output).unlink(missing_ok=True)
    if live:
        _draw_result(live, trained, held)
    return {
        "model": str(output),
        "preset": name,
        "neurons": trained.network.populations[-1].size,
        "samples": trained.samples,
        "presentations": _presentations(settings.parts, trained.samples),
        "train_seconds": round(trained.train_seconds, 3),
        "ms_per_sample": round(1000 * trained.train_seconds / trained.samples, 4),
        "compile_seconds": round(trained.compile_seconds, 3),
        "peak_memory_mb": round(peak_memory_mb()),
        "accuracy_validation": trained.accuracy_validation,
        "validation_images": len(held),
        "supervised": settings.supervised,
        "unassigned": int((trained.network.readout.labels < 0).sum()),
    }


def show(result: dict[str, Any]) -> str:
    accuracy = result["accuracy_validation"]
    rule = "labels used (supervised)" if result["supervised"] else "labels used for the label map only"
    lines = [
        f"{result['model']}: preset {result['preset']}, {result['neurons']} neurons,"
        f" {_counted(result)}; {rule}",
        f"  training {result['train_seconds']:.1f} s ({result['ms_per_sample']:.3f} ms per sample)"
        f" and compiling {result['compile_seconds']:.1f} s; peak memory {result['peak_memory_mb']} MB",
    ]
    if accuracy is not None:
        held = result["validation_images"]
        lines.append(f"  accuracy {accuracy:.4f} on the {held} images held out for validation")
    return "\n".join(lines)


def _presentations(parts: dict[str, int], done: int) -> dict[str, int]:
    """How many of ``done`` presentations went to each of ``parts``: early stopping leaves some out."""
    found = {}
    for name, count in parts.items():
        found[name] = min(count, done)
        done -= found[name]
    return found


def _counted(result: dict[str, Any]) -> str:
    parts = [f"{count} to {name}" for name, count in result["presentations"].items()]
    counted = f"{result['samples']} presentations"
    return f"{counted}: {' and '.join(parts)}" if len(parts) > 1 else counted


def _painter(live: "Live", recipe: "Recipe") -> "Observer":
    """Draws the network of each chunk."""
    from ...plots.figure import Subject

    def observe(at: "Checkpoint", _: "Report") -> None:
        live.refresh(Subject(recipe.network(at.state, {}), history=at.history))

    return observe


def _draw_result(live: "Live", trained: "Trained", held: "Dataset") -> None:
    """Draw the trained network, and its integers on the images held out, if there are any."""
    from ...compiler.quantize import quantize
    from ...plots.figure import Run, Subject

    run = Run(quantize(trained.network), held) if len(held) else None
    live.draw(Subject(trained.network, run, trained.history))


def _chosen(args: argparse.Namespace) -> dict[str, Any]:
    from ...train.preset import OPTIONS

    return {key: getattr(args, key) for key in OPTIONS if getattr(args, key) is not None}


def _check(args: argparse.Namespace) -> None:
    from ...errors import InputError

    if args.checkpoint_every is not None and args.checkpoint_every < 1:
        raise InputError(f"--checkpoint-every {args.checkpoint_every}: give 1 or more")
    if args.plots == "":
        raise InputError("--plots '': give a folder for the pictures, or leave it out")
    if args.patience < 0:
        raise InputError(f"--patience {args.patience}: give 0 or more")
    if args.patience and not args.validation:
        raise InputError(f"--patience {args.patience}: give --validation 0.2 too, images to check with")


def _try_to_write(output: Path) -> None:
    """Fail now rather than after the training."""
    from ...support.files import unwritable

    try:
        if output.is_dir():
            raise IsADirectoryError(21, "is a folder")
        with tempfile.TemporaryFile(dir=output.parent):
            pass
    except OSError as error:
        raise unwritable(output, error) from error
