"""Compare a spiking network with artificial ones of its accuracy, on emulated boards; write energy.md.

    tools/rivals [MODEL] [--samples 100] [--boards NAME,...] [-o energy.md]

The rivals (nets.py, emlearn_net.py) are trained once on the training images of MNIST and kept in
build/rivals. Every answer of a board is compared with the host's; one that differs makes the exit code 1,
and nothing is written. The page's text is page.md.
"""

import argparse
import logging
import sys
from datetime import date
from pathlib import Path

import numpy as np
from emlearn_net import perceptron as by_emlearn
from measure import Cost, rival, spiking
from nets import SEED, Rival, convolutional, perceptron, perceptron_layers
from page import Row, page

from snnedge import data, model_file
from snnedge.errors import SnnedgeError
from snnedge.measure.synops import synaptic_operations
from snnedge.model.integer_model import IntegerModel
from snnedge.runtime.runtime import Runtime

ROOT = Path(__file__).parents[2]
BOARDS = "microbit,rpi-pico,stm32vldiscovery,nrf52840dk,netduinoplus2,mps2-an505,mps3-an547,rv32-virt"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="?", default="zoo:mnist-conv-small", metavar="MODEL")
    parser.add_argument("--samples", type=int, default=100, metavar="N", help="test images on each board")
    parser.add_argument("--boards", default=BOARDS, metavar="NAME,...")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs" / "results" / "energy.md")
    args = parser.parse_args()
    logging.getLogger("snnedge").setLevel(logging.ERROR)  # emlearn's headers make the compiler talk
    try:
        rows = compared(args)
    except (SnnedgeError, ValueError) as error:
        sys.exit(f"tools/rivals: {error}")
    wrong = [f"{row.title} on {name}" for row in rows for name, cost in row.costs.items() if differs(cost)]
    if wrong:
        sys.exit(f"tools/rivals: answers differ from the host's: {', '.join(wrong)}")
    args.output.write_text(page(rows, args.model, args.samples, date.today().isoformat(), SEED))
    print(args.output)


def differs(cost: Cost | str) -> bool:
    return not isinstance(cost, str) and cost.differ > 0


def compared(args: argparse.Namespace) -> list[Row]:
    """Return one row for each network, the spiking one first, with its costs by board."""
    train, test = data.load("mnist", "train"), data.load("mnist", "test")
    names = args.boards.split(",")
    model = model_file.load(args.model)
    rivals = [*convolutional(train), *perceptron(train), by_emlearn(perceptron_layers(train))]
    rows = [spiking_row(args.model, model, names, test, args.samples)]
    return rows + [rival_row(net, names, test, args.samples) for net in rivals]


def spiking_row(name: str, model: IntegerModel, names: list[str], test: data.Dataset, samples: int) -> Row:
    runtime = Runtime(model)
    return Row(
        title=f"`{name}`",
        accuracy=float((runtime.predict(test.images) == test.labels).mean()),
        weights=sum(s.weights.size for s in model.projections),
        operations=sum(synaptic_operations(runtime, test.images).values()),
        multiplies=False,
        costs={
            board: announced(name, board, spiking(model, board, test.images[:samples])) for board in names
        },
    )


def rival_row(net: Rival, names: list[str], test: data.Dataset, samples: int) -> Row:
    labels, _ = net.answer(test.images)
    return Row(
        title=net.title,
        accuracy=float(np.mean(labels == test.labels)),
        weights=net.weights,
        operations=net.operations(test.images),
        multiplies=True,
        costs={
            board: announced(net.title, board, rival(net, board, test.images[:samples])) for board in names
        },
    )


def announced(title: str, board: str, cost: Cost | str) -> Cost | str:
    said = cost if isinstance(cost, str) else f"{cost.instructions:,.0f} instructions"
    print(f"{title} on {board}: {said}", file=sys.stderr, flush=True)
    return cost


if __name__ == "__main__":
    main()
