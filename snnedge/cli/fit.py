"""What a smaller model would cost in accuracy, for one that does not fit: as far as it is measured."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .model_arguments import open_integer

if TYPE_CHECKING:
    from ..boards.board import Board
    from ..model.integer_model import IntegerModel

FEWEST_BITS = 4
PROGRAM = 16 * 1024  # bytes of flash: more than firmware takes besides the tables of a model


@contextmanager
def priced(path: str, board: "Board") -> Iterator[None]:
    """Add to a ``DoesNotFit`` of the model at ``path`` what is known of smaller ones."""
    from ..errors import DoesNotFit, InputError

    try:
        yield
    except DoesNotFit as error:
        try:
            model = open_integer(path)
        except InputError:
            raise error from None  # a folder of C alone: nothing is known
        told = [str(error), *_fewer_bits(model), *_measured(model, board)]
        raise DoesNotFit("; ".join(told)) from error


def _fewer_bits(model: "IntegerModel") -> list[str]:
    if model.bits <= FEWEST_BITS:
        return []
    command = f"snnedge evaluate model.pkl --bits {FEWEST_BITS}"
    return [f"accuracy with {FEWEST_BITS} bits: {command}, with the network that this was exported from"]


def _measured(model: "IntegerModel", board: "Board") -> list[str]:
    """The best model of the zoo for the same data that ``board`` has room for."""
    from .. import zoo

    entries = {name: zoo.entry(name)["measured"] for name in zoo.names()}
    fitting = [name for name in entries if _fits(open_integer(zoo.PREFIX + name), model, board)]
    if not fitting:
        return []
    best = max(fitting, key=lambda name: entries[name]["right"] / entries[name]["samples"])
    right, samples = entries[best]["right"], entries[best]["samples"]
    data = model.provenance["data"]
    return [f"measured on {data}: zoo:{best} fits, {right / samples:.2%} of {samples:,} test images right"]


def _fits(other: "IntegerModel", model: "IntegerModel", board: "Board") -> bool:
    from ..exporters.c import table_bytes, workspace_bytes

    data = model.provenance.get("data")
    if data is None or other.provenance.get("data") != data:
        return False
    flash, ram = table_bytes(other) + PROGRAM, 2 * workspace_bytes(other) + board.stack
    return flash <= board.flash.size and ram <= board.ram.size
