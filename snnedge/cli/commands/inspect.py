"""Say what a model is: its parts, sizes, number formats and where it came from."""

import argparse
from typing import Any

from ..model_arguments import add_model, open_integer, provenance_lines

EXAMPLE = "snnedge inspect digits"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from ...compiler.tables import lower
    from ...exporters.c import table_bytes, workspace_bytes
    from ...model.exit_rule import words
    from ...model.integer_model import sum_bound

    model = open_integer(args.model)
    return {
        "name": model.name,
        "hash": model.hash_text,
        "bits": model.bits,
        "dt": model.dt,
        "steps": model.steps,
        "encoder": {"kind": model.encoder.kind.name, "shape": list(model.encoder.shape)},
        "populations": [
            {
                "name": p.name,
                "kind": p.kind.name,
                "size": p.size,
                "scale": model.scales[p.name],
                "sum_bound": sum_bound(model, p.name),
                "wide": model.wide[p.name],
            }
            for p in model.populations
        ],
        "projections": [
            {
                "source": s.source,
                "target": s.target,
                "kind": s.kind.name,
                "shape": list(s.weights.shape),
                "weight": s.params.get("weight"),
                "bits": s.bits or model.bits,
                "receptor": s.receptor,
                "delay": int(s.delay),
                "stored": table.kind,
                "bytes": table.weights.nbytes,
            }
            for s, table in zip(model.projections, lower(model).projections, strict=True)
        ],
        "classes": model.readout.classes,
        "unassigned": int((model.readout.labels < 0).sum()),
        "decision": words(model.readout.exit_margin),
        "flash_bytes": table_bytes(model),
        "ram_bytes": workspace_bytes(model),
        "provenance": dict(model.provenance),
    }


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
        f"  {result['classes']} classes, {result['unassigned']} unassigned neurons,"
        f" decision {result['decision']}",
        f"  flash {result['flash_bytes']:,} bytes of tables, RAM {result['ram_bytes']:,} bytes",
    ]
    return "\n".join([*lines, "  provenance", *provenance_lines(result["provenance"])])


def _describe(s: dict[str, Any]) -> str:
    """A projection in words; what is as usual goes without saying."""
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
