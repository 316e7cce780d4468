"""Kernels in the instructions of a board's core (csrc/mcu/): each runs in an emulator, to the bit."""

from dataclasses import replace
from pathlib import Path

import needs
import numpy as np
import pytest
from images import random_images
from scans import fired, random_scan_model, scan_images, scan_model

from snnedge.backends.board import BoardBackend
from snnedge.boards import board_file, core_family
from snnedge.boards.firmware import build
from snnedge.errors import InputError
from snnedge.exporters.c import c_name, private_folder, sources
from snnedge.kinds import neuron, synapse
from snnedge.model.integer_model import IntegerModel
from snnedge.model.network import Population, Projection, Readout
from snnedge.model.outcome import mismatches
from snnedge.runtime.runtime import Runtime
from snnedge.support.resources import folder

MCU = folder("csrc") / "mcu"
FOLDERS = sorted(p.name for p in MCU.iterdir())
FILES = [path.relative_to(MCU) for path in sorted(MCU.rglob("*.[ch]"))]
BEST_MAP = "neurons/conv_wta/best_map.h"
BOARDS = {name: board_file.load(name) for name in board_file.files()}
EMULATED = {b.core.kernels: b.name for b in BOARDS.values() if b.core.kernels and b.machine}
MODELS = {
    "usual": scan_model(1, positions=(24, 24)),
    "groups of six rows, three blocks, signed": scan_model(2, (6, 3), 33, bits=4, signed=True),
    "one bit, eight rows": scan_model(3, (8, 5), 7, bits=1),
    "three pixels at least, apart, windows that overlap": scan_model(
        4, (4, 4), 17, pool=(5, 3), least=3, spacing=2, margin=1
    ),
    "eight bits": scan_model(5, bits=8),
    "one row": scan_model(6, (1, 5), 20),
}


def with_readout(model: IntegerModel) -> IntegerModel:
    """Return ``model`` with 40 neurons whose spikes depend on which units have fired, and when."""
    rng = np.random.default_rng(0)
    units = model.populations[0].size
    weights = rng.integers(-7, 7, (units, 40), endpoint=True).astype(np.int8)
    lif = {"decay": 30000, "refractory": 0, "reset": 1, "threshold": np.full(40, 9, np.int16)}
    return replace(
        model,
        populations=(model.populations[0], Population("output", neuron("lif"), 40, lif)),
        projections=(
            model.projections[0],
            Projection("features", "output", synapse("dense"), weights, {"zero_point": 8}, 4),
        ),
        readout=Readout("output", np.arange(40, dtype=np.int16), 40, 0, True),
    )


def test_there_are_kernels_for_small_cores() -> None:
    assert {"armv6m", "armv7em_dsp", "mve"} <= set(FOLDERS)


@pytest.mark.parametrize("path", FILES, ids=str)
def test_every_file_replaces_a_plain_one_on_an_emulated_board(path: Path) -> None:
    assert folder("csrc").joinpath(*path.parts[1:]).is_file()
    assert path.parts[0] in EMULATED


def on_board(board: str, compiler: str, model: IntegerModel) -> BoardBackend:
    needs.board_compiler(BOARDS[board], compiler)
    needs.emulator(BOARDS[board])
    return BoardBackend(model, BOARDS[board], compiler)


@pytest.mark.qemu
@pytest.mark.compiler
@pytest.mark.parametrize("compiler", core_family.COMPILERS)
@pytest.mark.parametrize("case", MODELS)
@pytest.mark.parametrize("board", EMULATED.values())
def test_a_board_fires_what_plain_c_fires(board: str, case: str, compiler: str) -> None:
    model = with_readout(MODELS[case])
    given = scan_images(model)
    expected = Runtime(model, "scalar").run(given)
    assert expected.spike_counts.any()
    assert fired(Runtime(model, "scalar").first_spikes(given, "features"))
    assert mismatches(on_board(board, compiler, model).run(given), expected) == 0


@pytest.mark.qemu
@pytest.mark.compiler
@pytest.mark.parametrize("compiler", core_family.COMPILERS)
@pytest.mark.parametrize(("seed", "wide"), [(11, False), (12, True), (24, False)])
@pytest.mark.parametrize("board", EMULATED.values())
def test_a_board_races_as_plain_c_does(board: str, seed: int, wide: bool, compiler: str) -> None:
    model = replace(random_scan_model(seed), wide={"features": False, "output": wide})
    given = random_images(model.encoder.shape, 12, seed)
    expected = Runtime(model, "scalar").run(given)
    assert expected.spike_counts.any()
    assert expected.saturations.any() or len(set(expected.labels)) > 3
    assert mismatches(on_board(board, compiler, model).run(given), expected) == 0


@pytest.mark.parametrize("place", ["", "any_private/"])
def test_a_plain_file_is_replaced_where_the_interface_is_ours(tmp_path: Path, place: str) -> None:
    """The texts and the folder of the core may differ; a core of another version stays as it is."""
    own = f"{private_folder(c_name(MODELS['usual']))}/"
    exported = sources(MODELS["usual"])
    plain = {path.replace(own, place): text for path, text in exported.items()}
    ours = (MCU / "armv7em_dsp" / BEST_MAP).read_text()

    def written(board: str, changed: dict[str, str]) -> str:
        build.write(board_file.load(board), plain | changed, tmp_path)
        return (tmp_path / "src" / (place + BEST_MAP)).read_text()

    def kinds(old: str, new: str) -> dict[str, str]:
        assert old in plain[place + "kind.h"]
        return {place + "kind.h": plain[place + "kind.h"].replace(old, new)}

    older = plain[place + BEST_MAP] + "/* of another version */\n"
    assert written("mps2-an386", {}) == ours
    assert written("mps2-an386", {place + BEST_MAP: older} | kinds("/* bytes */", "")) == ours
    assert written("mps2-an386", {place + BEST_MAP: older} | kinds("INTERFACE 1", "INTERFACE 0")) == older
    assert written("mps2-an386", {place + BEST_MAP: older} | kinds("KIND_INTERFACE", "KIND")) == older
    assert written("stm32vldiscovery", {}) == plain[place + BEST_MAP]


def test_kernels_that_are_not_there_are_reported(tmp_path: Path) -> None:
    text = (folder("firmware") / "cores" / "cortex-m" / "family.toml").read_text()
    path = tmp_path / "family.toml"
    path.write_text(text.replace('kernels = "mve"', 'kernels = "neon2"'))
    with pytest.raises(InputError, match=r"cores\.cortex-m55\.kernels' is 'neon2'; give the name"):
        core_family._family(path)
