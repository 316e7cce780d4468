"""Every preset trains on data that it was not made for: other image size, other number of classes."""

import json
from pathlib import Path

import numpy as np
import pytest

from snnedge.cli import main
from snnedge.train import preset

SHAPE, CLASSES = (14, 11), 4  # of a data set that nobody tuned anything for

pytestmark = pytest.mark.brian2


@pytest.fixture(scope="module")
def bars(brian2_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Images of one bar: upright, flat, or along either diagonal, somewhere in the image, with noise."""
    folder = tmp_path_factory.mktemp("data") / "bars"
    folder.mkdir()
    for split, count in (("train", 600), ("t10k", 200)):
        images, labels = draw(np.random.default_rng(len(split)), count)
        write(folder / f"{split}-images-idx3-ubyte", images)
        write(folder / f"{split}-labels-idx1-ubyte", labels)
    return folder


def draw(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    labels = rng.integers(0, CLASSES, count).astype(np.uint8)
    y, x = np.indices(SHAPE)
    middle = rng.integers(-1, 2, (2, count)) + np.array([[7], [5]])
    dy, dx = y - middle[0][:, None, None], x - middle[1][:, None, None]
    across = np.choose(labels[:, None, None], [dx, dy, dx - dy, dx + dy])
    bar = (abs(across) <= 1) & (abs(dy) + abs(dx) <= 6)
    return np.where(bar, rng.integers(150, 256, bar.shape), rng.integers(0, 30, bar.shape)).astype(
        np.uint8
    ), labels


def write(path: Path, array: np.ndarray) -> None:
    head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    path.write_bytes(head + array.tobytes())


@pytest.mark.parametrize("name", preset.names())
def test_a_preset_learns_a_data_set_of_another_size(
    name: str, bars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, folder = tmp_path / "model.pkl", tmp_path / "exported"
    call(
        capsys,
        "train",
        str(bars),
        "--preset",
        name,
        "--neurons",
        "24",
        "--samples",
        "1500",
        "-o",
        str(model),
    )
    call(capsys, "export", str(model), "-o", str(folder))
    result = call(capsys, "evaluate", str(folder), "--dataset", str(bars), "--float", str(model))
    assert result["accuracy"] > 0.6  # chance: 0.25
    assert call(capsys, "verify", str(folder), "--dataset", str(bars), "--samples", "50")["mismatches"] == 0


def call(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    """What the command says of its result."""
    code = main.main([*words, "--json", "-q"])
    captured = capsys.readouterr()
    assert code == 0, captured.err
    return dict(json.loads(captured.out))
