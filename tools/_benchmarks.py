"""Run the commands of benchmarks.toml and write benchmarks.md and its plot from what they print.

    tools/benchmarks [-o DIR] [--page FILE] [--repeat 5] [--quick]

Comparisons run on one core (the last that this process may use) and take several minutes each for large
networks. What is in DIR already is not done again, so a run can be interrupted; for new figures give a
new DIR. The page names what cannot be measured (no data, no emulator, no such model), and why.
--quick measures a few samples of each only, to see that all of it works.
"""

import argparse
import hashlib
import json
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import _scaling

from snnedge.measure.machine import describe
from snnedge.support.files import replacing

ROOT = Path(__file__).parents[1]
WHAT = Path(__file__).with_name("benchmarks.toml")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-o", "--output", type=Path, default=Path("build/benchmarks"), metavar="DIR")
    parser.add_argument(
        "--page", type=Path, default=ROOT / "docs" / "results" / "benchmarks.md", metavar="FILE"
    )
    parser.add_argument("--repeat", type=int, default=5, metavar="N", help="rounds of a comparison (5)")
    parser.add_argument("--quick", action="store_true", help="few samples: to try it out")
    args = parser.parse_args()
    what = tomllib.loads(WHAT.read_text())
    args.output.mkdir(parents=True, exist_ok=True)
    _scaling.write(args.output)
    text = what["text"]
    tables = [part for table in what["table"] for part in commands(args, table)]  # they make models
    parts = [text["head"].format(**describe()), *benches(args, what["bench"], text), *scaling(args, text)]
    with replacing(args.page) as scratch:
        scratch.write_text("".join(parts + tables))


def benches(args: argparse.Namespace, entries: list[dict], text: dict[str, str]) -> list[str]:
    """Return the latency of all models in one table, then a table of each comparison."""
    few = " --samples 3" if args.quick else ""
    entries = [entry | {"model": entry["model"].replace("DIR", str(args.output))} for entry in entries]
    found = [(e, measured(args, f"snnedge bench {e['model']}{few}", e)) for e in entries]
    rows = [latency(entry, result) for entry, result in found]
    head = (
        "model",
        "hash",
        "data",
        "calls",
        "steps",
        "operations",
        "min",
        "median",
        "p99",
        "batch",
        "SIMD level",
    )
    parts = [text["latency"], grid(head, rows), text["compared"].format(repeat=args.repeat)]
    for entry in entries:
        words = f"snnedge bench {entry['model']} --compare {entry['compare']}{few} --repeat {args.repeat}"
        result = measured(args, words, entry)
        parts.append(f"\n### `{entry['model']}`\n`{words}`\n\n")
        parts.append(comparison(result["compared"]) if "error" not in result else missing(result))
    return parts


def latency(entry: dict, result: dict) -> list[str]:
    if "error" in result:
        return [f"`{entry['model']}`", f"not measured: {result['error']}", *[""] * 9]
    one, batch = result["latency_us"], result["batch_us"]
    return [
        f"`{entry['model']}`",
        f"`{result['hash']}`",
        result["data"],
        f"{result['samples']} x {result['repeat']}",
        f"{result['steps']:.1f}",
        f"{result['synops_per_sample']:,.0f}",
        *(f"{one[key]:,.1f}" for key in ("min", "median", "p99")),
        f"{batch['min']:,.1f}",
        result["simd_level"],
    ]


def comparison(compared: dict) -> str:
    """Return the table, and below it the programs without a row."""
    head = (
        "program",
        "us, one by one",
        "ratio",
        "us, in a batch",
        "ratio",
        "same label",
        "accuracy",
        "what it is",
    )
    rows = []
    for row in compared["rows"]:
        versions = ", ".join(f"{package} {number}" for package, number in row["versions"].items())
        rows.append(
            [
                row["name"],
                number(row["single_us"], ",.1f"),
                number(row["single_ratio"], ",.2f"),
                number(row["batch_us"], ",.1f"),
                number(row["batch_ratio"], ",.2f"),
                number(row["same_labels"], ".0%"),
                number(row["accuracy"], ".2%"),
                "; ".join(part for part in (row["what"], row["note"], versions) if part),
            ]
        )
    unfit = [f"{item['name']}: not measured: {item['why']}" for item in compared["unfit"]]
    absent = [f"{item['name']}: not installed: `{item['install']}`" for item in compared["absent"]]
    said = f"{compared['samples']} samples, core {compared['core']}."
    return grid(head, rows) + "\n" + "\n".join([said, *(f"- {line}" for line in unfit + absent)]) + "\n"


def number(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


def scaling(args: argparse.Namespace, text: dict[str, str]) -> list[str]:
    """Draw the plot and return its points."""
    kept = args.output / "scaling.json"
    repeat, most = (1, 200) if args.quick else (_scaling.REPEAT, _scaling.NEURONS[-1])
    if not kept.exists():
        print("$ tools/_scaling.py", file=sys.stderr, flush=True)
        sizes = [n for n in _scaling.NEURONS if n <= most]
        kept.write_text(json.dumps(_scaling.measured(sizes, repeat)))
    result = json.loads(kept.read_text())
    picture = args.page.parent / "images" / "scaling.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    _scaling.draw(result, picture)
    rows = [
        [
            kind,
            *(f"{p[key]:,.0f}" for key in ("neurons", "steps", "input_spikes", "output_spikes")),
            f"{p['us']:,.1f}",
        ]
        for key in ("neurons", "spikes")
        for kind, points in result[key].items()
        for p in points
    ]
    numbers = {"fired": _scaling.FIRED, "samples": _scaling.SAMPLES, "pixels": _scaling.LIVE_PIXELS}
    head = ("network", "neurons", "steps", "input spikes", "output spikes", "us per sample")
    return [text["scaling"].format(repeat=repeat, **numbers), grid(head, rows)]


def commands(args: argparse.Namespace, table: dict) -> list[str]:
    rows = []
    for row in table["row"]:
        few = " --samples 20" if args.quick and row["command"].split()[1] in ("verify", "run") else ""
        result = measured(args, row["command"] + few)
        figure = result.get("error") or row["figure"].format(**result)
        rows.append([row["what"], f"`{row['command'].replace('DIR', str(args.output))}`", figure])
    return [f"\n## {table['title']}\n{table['text']}\n\n", grid(("what", "command", "figure"), rows)]


def measured(args: argparse.Namespace, words: str, entry: dict | None = None) -> dict:
    """Return the JSON that the command prints, kept in the output folder; or {"error": its last line}."""
    words = words.replace("DIR", str(args.output))
    kept = args.output / f"{hashlib.blake2b(words.encode(), digest_size=8).hexdigest()}.json"
    if not kept.exists():
        print("$", words, file=sys.stderr, flush=True)
        done = subprocess.run([*shlex.split(words), "--json"], capture_output=True)
        if done.returncode:
            said = done.stderr.decode().strip().splitlines() or [f"exit code {done.returncode}"]
            hint = f" (first: {entry['before']})" if entry and "before" in entry else ""
            print(said[-1], file=sys.stderr, flush=True)
            return {"error": said[-1].removeprefix("snnedge: error: ") + hint}
        kept.write_bytes(done.stdout)
    return json.loads(kept.read_text())


def missing(result: dict) -> str:
    return f"Not measured: {result['error']}\n"


def grid(head: tuple[str, ...], rows: list[list[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    main()
