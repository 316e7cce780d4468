"""Say what a model is: its parts, sizes, number formats and where it came from."""

import argparse
from typing import TYPE_CHECKING, Any

from ..model_arguments import add_model, provenance_lines

if TYPE_CHECKING:
    from ...api.inspect import InspectResult

EXAMPLE = "snnedge inspect digits"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)


def run(args: argparse.Namespace) -> "InspectResult":
    from ...api.inspect import inspect

    return inspect(args.model)


def show(result: dict[str, Any]) -> str:
    encoder = result["encoder"]
    shape = "x".join(map(str, encoder["shape"]))
    lines = [
        f"{result['name']}, model {result['hash']}, {result['bits']}-bit weights",
        f"  {result['steps']} steps of {result['dt'] * 1000:g} ms, encoder {encoder['kind']} {shape}",
    ]
    for p in result["populations"]:
        width = "int32" if p["wide"] else "int16"
        lines.append(
            f"  population {p['name']}: {p['size']} x {p['kind']}, scale {p['scale']:.4g},"
            f" synaptic sum within {p['sum_bound']} ({width})"
        )
    for s in result["projections"]:
        lines.append(f"  projection {s['source']} -> {s['target']}: {_describe(s)}")
    lines += [
        f"  {result['classes']} classes{_named(result)}, {result['unassigned']} unassigned neurons,"
        f" decision {result['decision']}",
        f"  flash {result['flash_bytes']:,} bytes of tables, RAM {result['ram_bytes']:,} bytes",
    ]
    return "\n".join([*lines, "  provenance", *provenance_lines(result["provenance"])])


def _named(result: dict[str, Any]) -> str:
    """Return the names of the classes in brackets, if they have any."""
    names = ", ".join(result.get("class_names", ()))
    return f" ({names})" if names else ""


def _describe(s: dict[str, Any]) -> str:
    """Return a projection in words, without what has its usual value."""
    if s["weight"] is not None:
        words = [f"{s['kind']}, weight {s['weight']}"]
    else:
        words = [
            f"{s['kind']} {'x'.join(map(str, s['shape']))}",
            f"{s['bits']} bits",
            f"{s['bytes']:,} bytes",
        ]
    if s["stored"] != s["kind"]:
        words.append(f"stored {s['stored']}")
    if s["receptor"] != "excitatory":
        words.append(s["receptor"])
    if s["delay"]:
        words.append(f"delay {s['delay']}")
    return ", ".join(words)
