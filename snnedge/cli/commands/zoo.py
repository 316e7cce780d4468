"""List the ready models that come with snnedge, show one, or copy it out.

zoo:NAME stands for a model wherever a command takes MODEL: export, verify, evaluate, bench, build, run, ...
-o FILE.safetensors copies the model; any other -o becomes the folder that snnedge export writes.
"""

import argparse
from pathlib import Path
from typing import Any

from ..model_arguments import is_network, provenance_lines

EXAMPLE = "snnedge zoo digits -o digits.safetensors"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="one model (default: list all)")
    parser.add_argument("-o", "--output", metavar="FILE|DIR", help="where to put a copy of the model")


def run(args: argparse.Namespace) -> dict[str, Any]:
    from ... import zoo
    from ...errors import InputError

    if args.name is None and args.output:
        raise InputError(f"-o {args.output}: which model? give one of {', '.join(zoo.names())}")
    chosen = zoo.names() if args.name is None else (args.name.removeprefix(zoo.PREFIX),)
    models = {name: _describe(name) for name in chosen}
    written = _write(chosen[0], Path(args.output)) if args.output else None
    return {"models": models, "written": written, "listed": args.name is None}


def show(result: dict[str, Any]) -> str:
    if result["listed"]:
        return _table(result["models"])
    ((name, model),) = result["models"].items()
    lines = [
        f"{name}: {model['summary']}, model {model['hash']}",
        f"  accuracy   {model['accuracy']:.2%}, {model['right']:,} of {model['samples']:,} test images;"
        f" labels used {'in training (supervised)' if model['supervised'] else 'for the label map only'}",
        f"  work       {model['additions']:,.0f} synaptic additions per sample",
        f"  size       {model['flash_bytes']:,} bytes of tables, {model['ram_bytes']:,} bytes of workspace",
        *(f"  made by    {command}" for command in model["commands"]),
        "  provenance",
        *provenance_lines(model["provenance"]),
    ]
    if result["written"]:
        lines.append(f"written to {result['written']}")
    return "\n".join(lines)


def _table(models: dict[str, dict[str, Any]]) -> str:
    head = ("name", "data", "bits", "labels", "test accuracy", "additions", "tables", "seed")
    rows = [
        (
            name,
            m["provenance"].get("data", "?"),
            str(m["bits"]),
            "supervised" if m["supervised"] else "map only",
            f"{m['accuracy']:.2%} of {m['samples']:,}",
            f"{m['additions']:,.0f}",
            f"{m['flash_bytes']:,} bytes",
            str(m["provenance"].get("seed", "?")),
        )
        for name, m in models.items()
    ]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    table = [[c.ljust(w) for c, w in zip(row, widths, strict=True)] for row in (head, *rows)]
    lines = ["  ".join(cells).rstrip() for cells in table]
    return "\n".join([*lines, "snnedge zoo NAME says more; use one as zoo:NAME"])


def _describe(name: str) -> dict[str, Any]:
    """The catalogue's words and figures, and what the model itself says."""
    from ... import model_file, zoo
    from ...exporters.c import table_bytes, workspace_bytes

    entry, model = zoo.entry(name), model_file.load(zoo.path(name))
    measured = entry["measured"]
    return {
        "summary": entry["summary"],
        "hash": model.hash_text,
        "bits": model.bits,
        "supervised": bool(model.provenance.get("supervised")),
        "accuracy": measured["right"] / measured["samples"],
        "right": measured["right"],
        "samples": measured["samples"],
        "additions": measured["additions"],
        "file_bytes": zoo.path(name).stat().st_size,
        "flash_bytes": table_bytes(model),
        "ram_bytes": workspace_bytes(model),
        "commands": [
            f"snnedge train {entry['train']} -o {name}.pkl",
            f"snnedge export {name}.pkl {entry['export']} --name {name} -o {name}",
        ],
        "provenance": dict(model.provenance),
    }


def _write(name: str, output: Path) -> str:
    from ... import model_file, zoo
    from ...errors import InputError
    from .export import write

    if is_network(str(output)):
        problem = "the zoo has models of integers, no float networks"
        raise InputError(f"-o {output}: {problem}; give FILE.safetensors, or a folder")
    model = model_file.load(zoo.path(name))
    if output.suffix == ".safetensors":
        model_file.save(model, output)
    else:
        write(model, output, "c")
    return str(output)
