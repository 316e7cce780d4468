"""List the ready models that come with snnedge, show one, or copy it out.

Write zoo:NAME wherever a command takes MODEL: export, verify, evaluate, bench, build, run, ...
-o FILE.safetensors copies the model; any other -o becomes the folder that snnedge export writes.
"""

import argparse
from typing import TYPE_CHECKING, Any

from ..model_arguments import provenance_lines

if TYPE_CHECKING:
    from ...api.zoo import ZooResult

EXAMPLE = "snnedge zoo digits -o digits.safetensors"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="one model (default: list all)")
    parser.add_argument("-o", "--output", metavar="FILE|DIR", help="where to put a copy of the model")


def run(args: argparse.Namespace) -> "ZooResult":
    from ...api.zoo import zoo

    return zoo(args.name, args.output)


def show(result: dict[str, Any]) -> str:
    if result["listed"]:
        return _table(result["models"])
    ((name, model),) = result["models"].items()
    lines = [
        f"{name}: {model['summary']}, model {model['hash']}",
        f"  accuracy   {model['accuracy']:.2%}, {model['right']:,} of {model['samples']:,} test images;"
        f" labels used {'in training (supervised)' if model['supervised'] else 'for the label map only'}",
        f"  work       {model['synaptic_operations']:,.0f} synaptic operations per sample",
        f"  size       {model['flash_bytes']:,} bytes of tables, {model['ram_bytes']:,} bytes of workspace",
        *(f"  made by    {command}" for command in model["commands"]),
        "  provenance",
        *provenance_lines(model["provenance"]),
    ]
    if result["written"]:
        lines.append(f"written to {result['written']}")
    return "\n".join(lines)


def _table(models: dict[str, dict[str, Any]]) -> str:
    head = ("name", "data", "bits", "labels", "test accuracy", "operations", "tables", "seed")
    rows = [
        (
            name,
            m["provenance"].get("data", "?"),
            str(m["bits"]),
            "supervised" if m["supervised"] else "map only",
            f"{m['accuracy']:.2%} of {m['samples']:,}",
            f"{m['synaptic_operations']:,.0f}",
            f"{m['flash_bytes']:,} bytes",
            str(m["provenance"].get("seed", "?")),
        )
        for name, m in models.items()
    ]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    table = [[c.ljust(w) for c, w in zip(row, widths, strict=True)] for row in (head, *rows)]
    lines = ["  ".join(cells).rstrip() for cells in table]
    return "\n".join([*lines, "snnedge zoo NAME says more; use one as zoo:NAME"])
