"""The last page of tools/demo: one table out of the JSON that the commands printed."""

import json
import sys
from pathlib import Path


def main(folder: Path) -> None:
    results = {p.stem: json.loads(p.read_text()) for p in folder.glob("*.json")}
    rows = [*accuracy(results), *spikes(results), *cost(results)]
    width = max(len(name) for name, _ in rows)
    print()
    for name, value in rows:
        print(f"  {name.ljust(width)}   {value}")
    print(f"\n  {folder}/digits holds the C folder; load {folder}/digits/model.safetensors in Python:")
    print(f"    import snnedge; m = snnedge.load('{folder}/digits/model.safetensors'); m.predict(images)")


def accuracy(r: dict) -> list[tuple[str, str]]:
    low, high = r["host"]["ci95"]
    n = r["host"]["n"]
    labels = "labels used (R-STDP)" if r["train"]["supervised"] else "labels used for the label map only"
    return [
        (
            "training",
            f"{r['train']['samples']} presentations, {r['train']['train_seconds']:.1f} s; {labels}",
        ),
        ("accuracy, float (Brian2)", f"{r['float']['accuracy']:.2%} of {n} held-out digits"),
        ("accuracy, integer (C)", f"{r['host']['accuracy']:.2%}  (95 % interval {low:.1%} to {high:.1%})"),
        ("same label, integer and float", f"{r['host']['agreement_with_float']:.2%}"),
    ]


def spikes(r: dict) -> list[tuple[str, str]]:
    verified, board = r["verify"], r.get("board")
    rows = [
        (
            "spikes: numpy = host C = exported C",
            f"{verified['mismatches']} mismatches in {verified['samples']} samples",
        )
    ]
    text = "left out: no QEMU"
    if board:
        text = (
            f"{board['mismatches']} mismatches in {board['samples']} samples ({board['board']}, emulated)"
        )
    return [*rows, ("answers and spike counts: host C = board", text)]


def cost(r: dict) -> list[tuple[str, str]]:
    latency, board = r["bench"]["latency_us"], r.get("board")
    rows = [
        (
            "latency on this machine",
            f"median {latency['median']:.1f} us, min {latency['min']:.1f} us (measured)",
        ),
        ("tables / workspace", f"{r['export']['flash_bytes']:,} / {r['export']['ram_bytes']:,} bytes"),
    ]
    if board:
        rows += [
            ("board: flash / RAM, all", f"{board['flash_bytes']:,} / {board['ram_bytes']:,} bytes"),
            (
                "board: instructions",
                f"{board['instructions_per_inference']:,.0f} per inference (emulated count)",
            ),
        ]
    return [*rows, ("model hash", r["export"]["hash"])]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
