"""Train models of the zoo again from the data, by the commands of their catalogue files.

    tools/train_zoo [NAME ...] [--write] [-o DIR]

On one machine the result is the same to the bit. Elsewhere the processor may round differently: then this
says by how much the models differ, and exits with 1. --write puts the new model and its figures, measured
on all test images, into the repository and its table into zoo.md. To add a model, write
snnedge/zoo/NAME.toml with `summary`, `train` and `export`, and run tools/train_zoo NAME --write.
"""

import argparse
import datetime
import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from snnedge import model_file, zoo
from snnedge.model.integer_model import IntegerModel

PAGE = Path(__file__).parents[1] / "docs" / "results" / "zoo.md"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(zoo.names())}; default: all"
    )
    parser.add_argument("--write", action="store_true", help="replace the models in the repository")
    parser.add_argument("-o", "--output", type=Path, default=Path("build/train_zoo"), metavar="DIR")
    args = parser.parse_args()
    if unknown := set(args.names) - set(zoo.names()):
        parser.error(f"no model {', '.join(sorted(unknown))} (known: {', '.join(zoo.names())})")
    args.output.mkdir(parents=True, exist_ok=True)
    differing = 0
    for name in args.names or zoo.names():
        file = trained(name, args.output)
        differing += not compared(name, file)
        if args.write:
            write(name, file)
            show()
    return 1 if differing and not args.write else 0


def trained(name: str, output: Path) -> Path:
    """Make the model file of ``name`` from the data."""
    entry, network, folder = zoo.entry(name), output / f"{name}.pkl", output / name
    snnedge("train", *shlex.split(entry["train"]), "-o", str(network))
    snnedge("export", str(network), *shlex.split(entry["export"]), "--name", name, "-o", str(folder))
    return folder / model_file.MODEL_FILE


def compared(name: str, file: Path) -> bool:
    """Print how the model in ``file`` differs from the one in the repository; True: not at all."""
    if not zoo.path(name).exists():
        print(f"{name}: new")
        return False
    new, old = model_file.load(file), model_file.load(zoo.path(name))
    if new.hash == old.hash:
        print(f"{name}: the same to the bit, model {new.hash_text}", flush=True)
        return True
    right = [snnedge("evaluate", str(place))["accuracy"] for place in (zoo.PREFIX + name, file)]
    print(
        f"{name}: model {new.hash_text}, not {old.hash_text}: accuracy {right[1]:.2%}, was {right[0]:.2%};"
        f" {equal_weights(old, new)}; made with other values of: {changed(old, new)}",
        flush=True,
    )
    return False


def equal_weights(old: IntegerModel, new: IntegerModel) -> str:
    """Share of equal weights, by projection."""
    shares = []
    for a, b in zip(old.projections, new.projections, strict=False):
        equal = f"{np.mean(a.weights == b.weights):.1%}" if a.weights.shape == b.weights.shape else "none"
        shares.append(f"{a.source}->{a.target} {equal}")
    return f"equal weights: {', '.join(shares)}"


def changed(old: IntegerModel, new: IntegerModel) -> str:
    """List the differing entries: a changed preset makes another model on every machine."""
    a, b = old.provenance, new.provenance
    return ", ".join(sorted(key for key in a.keys() | b.keys() if a.get(key) != b.get(key))) or "nothing"


def write(name: str, file: Path) -> None:
    """Put the model into the repository, and what it does on all test images below its catalogue entry."""
    shutil.copyfile(file, zoo.path(name))
    found = snnedge("evaluate", zoo.PREFIX + name)
    catalogue = zoo.FOLDER / f"{name}.toml"
    words = catalogue.read_text().partition("\n[measured]")[0].rstrip()
    figures = {
        "hash": f'"{found["hash"]}"',
        "right": round(found["accuracy"] * found["n"]),
        "samples": found["n"],
        "synaptic_operations": round(found["synaptic_operations"], 1),
        "date": datetime.date.today().isoformat(),
    }
    lines = [f"{key} = {value}" for key, value in figures.items()]
    head = f"[measured]  # by snnedge evaluate zoo:{name}; written by tools/train_zoo"
    catalogue.write_text("\n".join([words, "", head, *lines, ""]))
    print(f"{name}: written, {found['accuracy']:.2%} of {found['n']}", flush=True)


def show() -> None:
    """Put what `snnedge zoo` prints into the page about it."""
    table = subprocess.run(["snnedge", "zoo"], stdout=subprocess.PIPE, check=True, text=True).stdout
    before, _, rest = PAGE.read_text().partition("```text\n")
    PAGE.write_text(f"{before}```text\n{table}```{rest.partition('```')[2]}")


def snnedge(*words: str) -> dict:
    """Return what `snnedge WORDS --json` prints."""
    print("$", shlex.join(["snnedge", *words]), file=sys.stderr, flush=True)
    done = subprocess.run(["snnedge", *words, "--json"], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    sys.exit(main())
