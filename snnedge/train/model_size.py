"""Upper bounds on the size of a trained network, checked before the training."""

from ..data import Dataset
from ..errors import InputError
from ..model.limits import MAX_UNITS, MAX_WEIGHTS


def check_pixels(data: Dataset) -> None:
    """Raise ``InputError`` when the images of ``data`` have more pixels than a model has inputs."""
    height, width = data.shape
    if height * width > MAX_UNITS:
        images = f"data set {data.name!r}: images of {height} x {width} = {height * width} pixels"
        raise InputError(f"{images}; a model takes at most {MAX_UNITS}, make them smaller")


def check_weights(sources: int, neurons: int, unit: str) -> None:
    """Raise ``InputError`` for too many weights ``sources`` x ``neurons``; ``unit``: name of a source."""
    if sources * neurons > MAX_WEIGHTS:
        most = MAX_WEIGHTS // sources
        raise InputError(f"--neurons {neurons}: with {sources} {unit}, give a number from 1 to {most}")
