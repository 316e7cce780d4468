"""Run a model on every emulated board, built by every compiler that is here; one table in Markdown.

    tools/board_table [MODEL] [--samples 100] [--transport default|uart]

Each row is what `snnedge run MODEL --board B --compiler C` says: images of the model's test set, compared
with the host's runtime in every field. The exit code is 1 when one differs or a run fails.
"""

import argparse
import json
import subprocess
import sys

HEAD = ("board", "core", "compiler", "flash", "RAM", "samples", "differ", "instructions")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="?", default="zoo:mnist-conv-k16-n30", metavar="MODEL")
    parser.add_argument("--samples", default="100")
    parser.add_argument("--transport", choices=("default", "uart"), default="default")
    args = parser.parse_args()
    boards = [board for board in said("boards")["boards"] if board["emulate"]]
    print("| " + " | ".join(HEAD) + " |\n" + "|---" * len(HEAD) + "|", flush=True)
    results = [row(args, board, compiler) for board in boards for compiler in board["compilers"]]
    sys.exit(0 if all(results) else 1)


def row(args: argparse.Namespace, board: dict, compiler: str) -> bool:
    """Run, print a line, and return whether all results were the host's."""
    line = ["run", args.model, "--board", board["name"], "--compiler", compiler, "--samples", args.samples]
    if args.transport == "uart" and board["uart"]:
        line += ["--transport", "uart"]
    result = said(*line)
    count = result["instructions_per_inference"]
    cells = (
        board["name"],
        board["core"],
        result["compiler"],
        f"{result['flash_bytes']:,}",
        f"{result['ram_bytes']:,}",
        str(result["samples"]),
        str(result["mismatches"]),
        "-" if count is None else f"{count:,.0f}",
    )
    print("| " + " | ".join(cells) + " |", flush=True)
    return bool(result["ok"])


def said(*words: str) -> dict:
    """Return what a command of snnedge prints as JSON; it may find differences, not fail."""
    done = subprocess.run(["snnedge", *words, "--json"], capture_output=True, text=True, check=False)
    if done.returncode > 1:
        sys.exit(f"{' '.join(words)}: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
