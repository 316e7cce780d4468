"""Train a spiking network in Brian2 and write it to a model.pkl."""

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...api.train import TrainResult

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


def run(args: argparse.Namespace) -> "TrainResult":
    from ...api.samples import Samples
    from ...api.train import Plan, train
    from ...train import preset

    plan = Plan(
        validation=args.validation,
        patience=args.patience,
        memory=args.memory,
        checkpoint_every=args.checkpoint_every,
        resume=args.resume,
        plots=args.plots,
    )
    constants = preset.parse(args.set) | _chosen(args)
    data = Samples(args.data_set, args.data)
    return train(data, args.output, preset=args.preset, constants=constants, plan=plan)


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


def _counted(result: dict[str, Any]) -> str:
    parts = [f"{count} to {name}" for name, count in result["presentations"].items()]
    counted = f"{result['samples']} presentations"
    return f"{counted}: {' and '.join(parts)}" if len(parts) > 1 else counted


def _chosen(args: argparse.Namespace) -> dict[str, Any]:
    from ...train.preset import OPTIONS

    return {key: getattr(args, key) for key in OPTIONS if getattr(args, key) is not None}
