"""Time per sample against the number of neurons and of input spikes, on networks made for it.

    tools/_scaling.py [--json FILE] [--plot FILE.png] [--most 6400] [--repeat 25]
    tools/_scaling.py --write DIR       only write models of 400 and 6400 neurons, for bench

`diehl-cook` has the constants of that preset, an inhibitory population and 350 steps of 1 ms; `wta` those
of the preset wta, 50 steps. Weights are random and learned nothing: these networks are good for times only.
Their thresholds let about 20 output spikes through in a sample, as trained networks do.
"""

import argparse
import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from snnedge import model_file
from snnedge.compiler.quantize import quantize
from snnedge.kinds import encoder, neuron, synapse
from snnedge.measure.latency import batch_us, pinned
from snnedge.model.integer_model import IntegerModel
from snnedge.model.network import INPUT, Encoder, Network, Population, Projection, Readout
from snnedge.plots import figure as plot
from snnedge.runtime import runtime
from snnedge.runtime.runtime import Runtime
from snnedge.support import resources

NEURONS = (100, 200, 400, 800, 1600, 3200, 6400)
DRIVES = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0)  # times the usual input spikes
SIDE, LIVE_PIXELS, SAMPLES = 28, 151, 20  # as many pixels are not 0 in a mean MNIST image
REPEAT = 25  # batches: the best one counts
FIRED = 20  # output spikes of a sample, about
MILLI = 1e-3


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--plot", type=Path, metavar="FILE")
    parser.add_argument("--write", type=Path, metavar="DIR")
    parser.add_argument("--most", type=int, default=NEURONS[-1], metavar="N", help="neurons at most")
    parser.add_argument("--repeat", type=int, default=REPEAT, metavar="N", help="times; the best counts")
    args = parser.parse_args()
    if args.write:
        write(args.write)
        return
    result = measured([n for n in NEURONS if n <= args.most], args.repeat)
    print(json.dumps(result))
    if args.json:
        args.json.write_text(json.dumps(result))
    if args.plot:
        draw(result, args.plot)


def write(folder: Path) -> None:
    """Write models of 400 and 6400 neurons, marked as MNIST so that `snnedge bench` uses its images."""
    folder.mkdir(parents=True, exist_ok=True)
    for neurons in (400, 6400):
        model = replace(diehl_cook(neurons), provenance={"data": "mnist"})
        model_file.save(model, folder / f"diehl-cook-{neurons}.safetensors")


def images() -> np.ndarray:
    """Draw uint8 (SAMPLES, SIDE, SIDE): gray values at random places."""
    rng = np.random.default_rng(0)
    flat = np.zeros((SAMPLES, SIDE * SIDE), np.uint8)
    for row in flat:
        row[rng.choice(row.size, LIVE_PIXELS, replace=False)] = rng.integers(60, 256, LIVE_PIXELS)
    return flat.reshape(-1, SIDE, SIDE)


def preset(name: str) -> dict:
    return tomllib.loads((resources.PACKAGE / f"train/presets/{name}.toml").read_text())["default"]


def diehl_cook(neurons: int, drive: float = 1.0) -> IntegerModel:
    """Make 784 Poisson inputs, ``neurons`` excitatory and as many inhibitory neurons."""
    c, rng = preset("diehl-cook"), np.random.default_rng(neurons)
    weights = rng.random((SIDE * SIDE, neurons)) * c["initial_weight"]
    weights *= c["normalize_to"] * SIDE * SIDE / weights.sum(axis=0)
    coupling = c["coupling"]
    net = Network(
        name="diehl_cook",
        dt=MILLI,
        steps=350,
        encoder=Encoder(
            encoder("poisson"),
            (SIDE, SIDE),
            {"max_rate": drive * c["rate"] * c["start_intensity"], "seed": 0},
        ),
        populations=(layer("excitatory", neurons, c), layer("inhibitory", neurons, c)),
        projections=(
            Projection(INPUT, "excitatory", synapse("dense"), weights),
            Projection(
                "excitatory", "inhibitory", synapse("one_to_one"), params={"weight": coupling["excite"]}
            ),
            Projection(
                "inhibitory",
                "excitatory",
                synapse("lateral"),
                params={"weight": coupling["inhibit"]},
                receptor="inhibitory",
            ),
        ),
        readout=readout("excitatory", neurons),
    )
    rest = c["excitatory"]["v_rest"] * MILLI
    return calibrated(net, lambda height: rest + height * 0.1)


def layer(name: str, neurons: int, c: dict) -> Population:
    table = c[name]
    names = {"rest": "v_rest", "reset": "v_reset", "reversal_e": "e_exc", "reversal_i": "e_inh"}
    params = {ours: table[theirs] * MILLI for ours, theirs in names.items()}
    params |= {time: table[time] for time in ("tau", "tau_e", "tau_i", "refractory")}
    return Population(
        name,
        neuron("lif_cond_exp"),
        neurons,
        params | {"threshold": np.full(neurons, table["threshold"] * MILLI)},
    )


def wta(neurons: int, drive: float = 1.0) -> IntegerModel:
    """Make 784 inputs by error diffusion, ``neurons`` neurons of which one at a time fires."""
    rng, spikes = np.random.default_rng(neurons), 1000 * drive
    net = Network(
        name="wta",
        dt=MILLI,
        steps=50,
        encoder=Encoder(
            encoder("error_diffusion"),
            (SIDE, SIDE),
            {"spikes_per_sample": spikes, "max_rate": 0.999, "seed": 0},
        ),
        populations=(Population("output", neuron("if_wta"), neurons, {"threshold": np.ones(neurons)}),),
        projections=(Projection(INPUT, "output", synapse("dense"), rng.random((SIDE * SIDE, neurons))),),
        readout=readout("output", neurons),
    )
    return calibrated(net, lambda height: height * spikes)


def readout(population: str, neurons: int) -> Readout:
    return Readout(population, (np.arange(neurons) % 10).astype(np.int16), 10)


def calibrated(net: Network, threshold: Callable[[float], float]) -> IntegerModel:
    """Quantise, with the threshold(0..1) of its first population that lets ``FIRED`` spikes through."""
    low, high = 0.0, 1.0
    first, *others = net.populations
    for _ in range(12):
        middle = (low + high) / 2
        params = {**first.params, "threshold": np.full(first.size, threshold(middle))}
        model = quantize(replace(net, populations=(replace(first, params=params), *others)))
        fired = Runtime(model).run(images()[:4]).spike_counts.sum() / 4
        low, high = (middle, high) if fired > FIRED else (low, middle)
    return model


KINDS = {"diehl-cook": diehl_cook, "wta": wta}


def measured(sizes: list[int], repeat: int) -> dict:
    """Measure, by kind of network, neurons, input spikes, output spikes and microseconds per sample."""
    with pinned():
        return {
            "neurons": {kind: [row(make(n), repeat) for n in sizes] for kind, make in KINDS.items()},
            "spikes": {kind: [row(make(400, d), repeat) for d in DRIVES] for kind, make in KINDS.items()},
            "simd_level": runtime.simd_level(),
        }


def row(model: IntegerModel, repeat: int) -> dict:
    ready, shown = Runtime(model), images()
    outcome = ready.run(shown)
    return {
        "neurons": len(model.readout.labels),
        "steps": model.steps,
        "input_spikes": float(outcome.input_spikes.mean()),
        "output_spikes": float(outcome.spike_counts.sum(axis=1).mean()),
        "us": float(batch_us(ready, shown, repeat).min()),
    }


def draw(result: dict, file: Path) -> None:
    """Draw two panels, both axes logarithmic: a slope of 1 is a cost in proportion."""
    with plot.style():
        from matplotlib.figure import Figure

        figure = Figure(figsize=(6.6, 3.0), dpi=110)
        left, right = figure.subplots(1, 2)
        panel(left, result["neurons"], "neurons", "Neurons")
        panel(right, result["spikes"], "input_spikes", "Input spikes per sample, 400 neurons")
        left.set_ylabel("us per sample, in a batch, one core")
        figure.suptitle(f"Time per sample, SIMD level {result['simd_level']}", x=0.012, ha="left")
        figure.savefig(file, metadata={"Software": plot.MARK})


def panel(axes, rows: dict, key: str, label: str) -> None:
    for kind, points in rows.items():
        x, y = ([p[name] for p in points] for name in (key, "us"))
        axes.plot(x, y, marker="o", markersize=3, label=f"{kind}, {points[0]['steps']} steps")
    axes.set(xscale="log", yscale="log", xlabel=label)
    proportional(axes, rows, key)
    if key == "neurons":
        axes.set_xticks(x, [f"{value:,}" for value in x])
        axes.tick_params(axis="x", which="minor", bottom=False, labelbottom=False)
    axes.grid(color="0.9", linewidth=0.6)
    axes.legend(loc="best")


def proportional(axes, rows: dict, key: str) -> None:
    """Draw a slope of 1 through the last point of each kind."""
    for k, points in enumerate(rows.values()):
        x = np.array([points[0][key], points[-1][key]], float)
        y = points[-1]["us"] * x / x[-1]
        axes.plot(x, y, color="0.6", linestyle=":", linewidth=0.9, label=None if k else "in proportion")


if __name__ == "__main__":
    main()
