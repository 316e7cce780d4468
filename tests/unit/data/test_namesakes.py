"""Data sets of one folder name, and classes without a training image, are named in one line."""

import importlib
import logging
import os

import numpy as np
import pytest

from snnedge import data
from snnedge.data import Dataset


@pytest.fixture
def warned(caplog, monkeypatch):
    logger = logging.getLogger("snnedge")
    monkeypatch.setattr(logger, "propagate", True)  # the command line turns it off
    caplog.set_level(logging.WARNING, "snnedge")
    return lambda: [record.getMessage() for record in caplog.records]


def folder_of_images(folder):
    folder.mkdir(parents=True)
    for stem in ("train", "t10k"):
        for kind, array in (("images", np.zeros((3, 2, 2), np.uint8)), ("labels", np.zeros(3, np.uint8))):
            head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
            (folder / f"{stem}-{kind}-idx{array.ndim}-ubyte").write_bytes(head + array.tobytes())


@pytest.mark.parametrize("name", ["own", "work/own"])
def test_two_data_sets_of_one_folder_name_are_told(tmp_path, monkeypatch, warned, name):
    monkeypatch.chdir(tmp_path)
    folder_of_images(tmp_path / name)
    data.load(name, "train", tmp_path / "home")
    assert not warned()
    folder_of_images(tmp_path / "home" / "own")
    data.load(name, "train", tmp_path / "home")
    (line,) = warned()
    assert line.startswith("data set own: taken from ")
    assert "another one of that name is in" in line
    assert "\n" not in line


def test_a_link_to_the_same_folder_is_no_other_data_set(tmp_path, monkeypatch, warned):
    monkeypatch.chdir(tmp_path)
    folder_of_images(tmp_path / "own")
    (tmp_path / "home").mkdir()
    os.symlink(tmp_path / "own", tmp_path / "home" / "own")
    data.load("own", "train", tmp_path / "home")
    assert not warned()


@pytest.mark.parametrize(("labels", "absent"), [([0, 1, 2, 3], ""), ([0, 3, 3], "1, 2"), ([3], "0, 1, 2")])
def test_classes_without_a_training_image_are_told(warned, labels, absent):
    images = np.zeros((len(labels), 2, 2), np.uint8)
    train = importlib.import_module("snnedge.api.train")  # the package has the function of that name
    train._warn_of_absent_classes(Dataset("own", "train", images, np.array(labels), 4))
    assert [f"({absent})" in line for line in warned()] == ([True] if absent else [])
