"""Labelled samples as the functions of the API take them: a data set, or which one to load."""

import os
from dataclasses import dataclass, replace

from .. import data as data_sets
from ..data import Dataset
from ..data.contrast import as_trained
from ..errors import InputError
from ..model.integer_model import IntegerModel
from ..model.network import Network


@dataclass(frozen=True)
class Samples:
    """The first ``count`` samples of the data set ``name``.

    ``name``: "digits", "mnist" or a folder of IDX files; None: the data set that the model was trained
    on. ``folder``: where data sets lie; None: $SNNEDGE_DATA, else ~/.cache/snnedge. ``count``: None for
    the default of the function that takes the samples.
    """

    name: str | None = None
    folder: str | os.PathLike[str] | None = None
    count: int | None = None

    @property
    def chosen(self) -> bool:
        """Whether the caller has named a data set or a folder."""
        return bool(self.name or self.folder)


Data = Samples | Dataset | str | os.PathLike[str] | None  # a text or path: the name of a data set


def choice(data: Data) -> Samples:
    """Return what ``data`` chooses. A ``Dataset`` counts as named."""
    if isinstance(data, Samples):
        return data
    if isinstance(data, Dataset):
        return Samples(data.name)
    return Samples(None if data is None else os.fspath(data))


def first(data: Data, count: int) -> Data:
    """Return the first ``count`` samples of ``data``, whatever number it states."""
    return data.take(slice(count)) if isinstance(data, Dataset) else replace(choice(data), count=count)


def trained_on(model: IntegerModel | Network) -> str | None:
    """Return the data set that ``model`` was trained on, if its provenance states one."""
    found = model.provenance.get("data")
    return found if isinstance(found, str) else None


def load(
    model: IntegerModel | Network, data: Data, default: int | None = None, split: str = "test"
) -> Dataset:
    """Return the samples of ``data`` as ``model`` was trained on them: uint8 images (n, *shape).

    ``default``: how many, if ``data`` does not say; None for all. A ``Dataset`` is taken whole. Raises
    ``InputError`` for a data set that is unknown, absent, or of another shape than the model's input.
    """
    if isinstance(data, Dataset):
        dataset, name = data, data.name
    else:
        dataset, name = _named(model, choice(data), default, split)
    if dataset.shape != tuple(model.encoder.shape):
        raise InputError(
            f"data set {name!r} has images of shape {dataset.shape}, the model takes"
            f" {tuple(model.encoder.shape)}: choose another with --dataset"
        )
    return replace(dataset, images=as_trained(dataset.images, model.provenance))


def _named(
    model: IntegerModel | Network, chosen: Samples, default: int | None, split: str
) -> tuple[Dataset, str]:
    name = chosen.name or trained_on(model)
    if name is None:
        raise InputError(
            f"model {model.name!r} does not name its data set: give --dataset digits|mnist|PATH"
        )
    try:
        return data_sets.load(name, split, chosen.folder, chosen.count or default), name
    except InputError as error:
        if chosen.name:
            raise
        raise InputError(
            f"{error}; for data of your own, --dataset PATH says where they lie now"
        ) from error


def described(dataset: Dataset) -> str:
    """Return the name and split of ``dataset``: "digits test"."""
    return f"{dataset.name} {dataset.split}"
