"""Pictures of one figure are fitted to a model as MNIST was made, or refused with the reason."""

import json
from pathlib import Path

import numpy as np
import pytest

from snnedge import Runtime, api, data, load
from snnedge.cli.main import main
from snnedge.data.fitting import fitted
from snnedge.errors import InputError

pytestmark = pytest.mark.needs("PIL")


def save(gray: np.ndarray, path: Path) -> None:
    from PIL import Image

    Image.fromarray(gray).save(path)


def photographed(image: np.ndarray, seed: int, dark_on_light: bool = True) -> np.ndarray:
    """Return the image as a photograph: large, off the centre, in uneven light, with noise."""
    rng = np.random.default_rng(seed)
    rows = np.flatnonzero(image.max(axis=1))
    columns = np.flatnonzero(image.max(axis=0))
    figure = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    large = np.kron(figure, np.ones((9, 9))) / 255
    ink = np.zeros((420, 360))
    top, left = rng.integers(20, 420 - large.shape[0] - 20), rng.integers(20, 360 - large.shape[1] - 20)
    ink[top : top + large.shape[0], left : left + large.shape[1]] = large
    light = np.linspace(150, 220, 360)[None] + np.linspace(-15, 15, 420)[:, None]
    gray = light * (1 - 0.75 * ink) if dark_on_light else light / 6 + ink * 120
    return np.clip(gray + rng.normal(0, 2, gray.shape), 0, 255).astype(np.uint8)


@pytest.mark.slow
@pytest.mark.needs("mnist")
@pytest.mark.parametrize("suffix", [".png", ".jpg"])
@pytest.mark.parametrize("dark_on_light", [True, False])
def test_photographs_of_digits_have_the_labels_of_the_digits(tmp_path, suffix, dark_on_light):
    digits = data.load("mnist", "test", limit=100)
    files = []
    for k, image in enumerate(digits.images):
        files.append(tmp_path / f"{k}{suffix}")
        save(photographed(image, k, dark_on_light), files[-1])
    found = api.predict("zoo:mnist-conv-small", files)
    assert found.files == tuple(map(str, files))
    assert (found.labels == digits.labels).mean() >= 0.9


@pytest.mark.needs("mnist")
def test_a_picture_of_the_models_size_is_taken_as_it_is(tmp_path):
    image = data.load("mnist", "test", limit=1).images[0]
    save(image, tmp_path / "a.png")
    save(255 - image, tmp_path / "b.png")
    runtime = Runtime(load("zoo:mnist-conv-small").model)
    seen = api.predict(runtime, [tmp_path / "a.png", tmp_path / "b.png"]).images
    assert (seen == api.predict(runtime, image).images).all()


def test_the_figure_is_in_the_box_with_its_mass_in_the_middle():
    picture = np.full((200, 300), 220, np.uint8)
    picture[40:160, 30:60] = 20  # an upright bar, far left
    image = fitted(picture, (28, 28))
    rows, columns = np.nonzero(image)
    assert (rows.min(), rows.max() + 1) == (4, 24)
    assert abs((rows * image[rows, columns]).sum() / image.sum() - 13.5) < 1
    assert abs((columns * image[rows, columns]).sum() / image.sum() - 13.5) < 1
    assert image.max() == 255


REFUSED = {
    "white": (np.full((90, 90), 255, np.uint8), "too little contrast"),
    "noise": (np.random.default_rng(1).integers(0, 256, (90, 90)).astype(np.uint8), "scattered|ink"),
    "one pixel": (np.full((1, 1), 9, np.uint8), "too little contrast"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_picture_without_a_figure_is_refused_with_the_reason(case):
    picture, reason = REFUSED[case]
    with pytest.raises(InputError, match=f"no figure: .*({reason})"):
        fitted(picture, (28, 28))


def test_files_that_are_no_pictures_are_refused_in_one_line(tmp_path, capsys):
    save(np.zeros((30, 30), np.uint8), tmp_path / "whole.png")
    whole = (tmp_path / "whole.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.jpg").write_text("no picture")
    (tmp_path / "bitmap.png").write_bytes(b"BM" + bytes(60))
    for name in ("cut.png", "text.jpg", "bitmap.png", "gone.png"):
        assert main(["predict", "zoo:digits", str(tmp_path / name)]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1, error
        assert name in error


def test_show_prints_what_the_network_saw(tmp_path, capsys):
    picture = np.full((100, 100), 255, np.uint8)
    picture[20:80, 45:55] = 0
    save(picture, tmp_path / "one.png")
    assert main(["predict", "zoo:digits", str(tmp_path / "one.png"), "--show"]) == 0
    printed = capsys.readouterr()
    assert "@@" in printed.err
    assert len(printed.out.splitlines()) == 1
    assert main(["predict", "zoo:digits", *2 * [str(tmp_path / "one.png")], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == 2 * [str(tmp_path / "one.png")]
