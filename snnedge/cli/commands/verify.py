"""Compile an exported folder and compare its spikes with the runtime's, bit for bit.

The answers, and every spike and membrane of the readout population in every step, must be the same.
Compared are the exported C (system compiler, cffi), the runtime, the numpy reference, and each back end
that --backend names.
"""

import argparse
from typing import TYPE_CHECKING, Any

from ..model_arguments import add_data, samples

if TYPE_CHECKING:
    from ...api.verify import VerifyResult

EXAMPLE = "snnedge verify digits --samples 200"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="a folder from snnedge export, or zoo:NAME")
    parser.add_argument(
        "--backend",
        action="append",
        default=[],
        metavar="NAME",
        help="compare this back end, too (host:scalar, onnx, onnx:FILE, board:NAME); may be given again",
    )
    add_data(parser, "200")


def run(args: argparse.Namespace) -> "VerifyResult":
    from ...api.verify import verify

    return verify(args.folder, samples(args), backends=args.backend)


def show(result: dict[str, Any]) -> str:
    verdict = "equal bit for bit" if not result["mismatches"] else f"{result['mismatches']} samples DIFFER"
    more: list[str] = result["backends"]
    *names, last = ("exported C", "runtime", "numpy reference", *more)
    lines = [
        f"{', '.join(names)} and {last}: {verdict}"
        f" ({result['samples']} samples of {result['data']}, model {result['hash']})"
    ]
    lines += [f"src/{path} is NOT what snnedge writes for this model" for path in result["changed"]]
    if result["changed"]:
        lines.append("somebody has edited the folder, or another snnedge wrote it: export the model again")
    return "\n".join(lines)
