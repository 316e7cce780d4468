"""Train, export and evaluate the networks of training_table.toml, and print one table in Markdown.

    tools/training_table [ROW ...] [--seeds 0 1 2] [--data-set mnist] [--extra OPTIONS] [-o DIR]

Each network is trained by `snnedge train` on one core, exported, and evaluated on all test images: float
by `--backend float`, integers by the C runtime. What is in DIR already is not done again, so the table can
be interrupted, and put together again at no cost. Rows whose training used labels for more than the label
map say "supervised". Core seconds are the processor time of the whole `snnedge train`, compilers included;
milliseconds per sample are wall time.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

ROWS = Path(__file__).with_name("training_table.toml")
HEAD = (
    "network",
    "seeds",
    "test, float",
    "test, integers",
    "operations",
    "weights",
    "core seconds",
    "memory",
    "published",
)


def main() -> None:
    rows = tomllib.loads(ROWS.read_text())
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(rows)}; default: all")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--data-set", default="mnist")
    parser.add_argument("--extra", default="", help="more options of snnedge train, for all rows")
    parser.add_argument("-o", "--output", type=Path, default=Path("build/training_table"))
    args = parser.parse_args()
    if unknown := set(args.rows) - set(rows):
        parser.error(f"no row {', '.join(sorted(unknown))} (known: {', '.join(rows)})")
    print("| " + " | ".join(HEAD) + " |\n" + "|---" * len(HEAD) + "|", flush=True)
    for name in args.rows or rows:
        results = [measured(args, name, rows[name], seed) for seed in args.seeds]
        print("| " + " | ".join(line(name, args, rows[name], results)) + " |", flush=True)


def measured(args: argparse.Namespace, name: str, row: dict, seed: int) -> dict:
    """Return all that the commands print of one network, by the command's name."""
    folder = args.output / f"{name}-{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / "model.pkl"
    words = [args.data_set, *shlex.split(row["train"]), *shlex.split(args.extra)]
    found = {"train": once(folder / "train.json", "train", *words, "--seed", str(seed), "-o", str(model))}
    found["float"] = once(folder / "float.json", "evaluate", str(model), "--backend", "float")
    for bits in row["bits"]:
        options = shlex.split(row.get("export", ""))
        exported = folder / f"m{bits}"
        found[f"export {bits}"] = once(
            folder / f"export{bits}.json",
            "export",
            str(model),
            "--bits",
            str(bits),
            "-o",
            str(exported),
            *options,
        )
        found[bits] = once(folder / f"int{bits}.json", "evaluate", str(exported), "--float", str(model))
    return found


def once(file: Path, *words: str) -> dict:
    """Return what `snnedge WORDS --json` prints, kept in ``file``."""
    if not file.exists():
        pinned = ["taskset", "-c", str(min(os.sched_getaffinity(0)))] if words[0] == "train" else []
        command = [*pinned, "snnedge", *words, "--json"]
        print("$", shlex.join(command), file=sys.stderr, flush=True)
        with subprocess.Popen(command, stdout=subprocess.PIPE) as running:
            printed = running.stdout.read()
            _, status, used = os.wait4(running.pid, 0)  # also of all that it started and waited for
            running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode:
            sys.exit(f"{shlex.join(command)}: exit code {running.returncode}")
        result = json.loads(printed) | {"cpu_seconds": round(used.ru_utime + used.ru_stime, 2)}
        file.write_text(json.dumps(result))
    return json.loads(file.read_text())


def line(name: str, args: argparse.Namespace, row: dict, results: list[dict]) -> list[str]:
    """Return the cells of one row."""
    train = [r["train"] for r in results]
    integers = "; ".join(
        f"{bits} bits {percent([r[bits]['accuracy'] for r in results])}" for bits in row["bits"]
    )
    last = [r[row["bits"][-1]] for r in results]
    weights = results[0][f"export {row['bits'][-1]}"]["flash_bytes"]
    return [
        f"`{name}`" + (" (supervised)" if train[0]["supervised"] else ""),
        " ".join(map(str, args.seeds)),
        percent([r["float"]["accuracy"] for r in results]),
        integers,
        f"{mean([r['synaptic_operations'] for r in last]):,.0f}",
        f"{weights:,} bytes",
        f"{average(train, 'cpu_seconds'):.0f} s ({average(train, 'ms_per_sample'):.2f} ms per sample)",
        f"{max(t['peak_memory_mb'] for t in train)} MB",
        row.get("published", ""),
    ]


def percent(shares: list[float]) -> str:
    low, high = 100 * min(shares), 100 * max(shares)
    return f"{100 * mean(shares):.2f} % ({low:.2f}-{high:.2f})"


def average(results: list[dict], key: str) -> float:
    return mean([result[key] for result in results])


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


if __name__ == "__main__":
    main()
