"""Advice for a model that does not fit a board: the accuracy of smaller models, as far as measured."""

from collections.abc import Iterator
from contextlib import contextmanager

from .. import zoo
from ..boards.board import Board
from ..compiler.tables import lower
from ..errors import DoesNotFit, InputError
from ..exporters.c import table_bytes, workspace_bytes
from ..model.integer_model import IntegerModel
from .models import Integers, open_integer

FEWEST_BITS = 4
PROGRAM = 16 * 1024  # bytes of flash: more than firmware takes besides the tables of a model


@contextmanager
def advised(source: Integers, board: Board) -> Iterator[None]:
    """Add to a ``DoesNotFit`` of the model ``source`` what is known of smaller ones."""
    try:
        yield
    except DoesNotFit as error:
        try:
            model = open_integer(source)
        except InputError:
            raise error from None  # a folder of C alone: nothing is known
        advice = [str(error), *_fewer_bits(model), *_measured(model, board)]
        raise DoesNotFit("; ".join(advice)) from error


def _fewer_bits(model: IntegerModel) -> list[str]:
    if model.bits <= FEWEST_BITS:
        return []
    command = f"snnedge evaluate model.pkl --bits {FEWEST_BITS}"
    return [f"accuracy with {FEWEST_BITS} bits: {command}, with the network that this was exported from"]


def _measured(model: IntegerModel, board: Board) -> list[str]:
    """Return the best model of the zoo for the same data that ``board`` has room for."""
    entries = {name: zoo.entry(name)["measured"] for name in zoo.names()}
    fitting = [name for name in entries if _fits(open_integer(zoo.PREFIX + name), model, board)]
    if not fitting:
        return []
    best = max(fitting, key=lambda name: entries[name]["right"] / entries[name]["samples"])
    right, samples = entries[best]["right"], entries[best]["samples"]
    data = model.provenance["data"]
    return [f"measured on {data}: zoo:{best} fits, {right / samples:.2%} of {samples:,} test images right"]


def _fits(other: IntegerModel, model: IntegerModel, board: Board) -> bool:
    data = model.provenance.get("data")
    if data is None or other.provenance.get("data") != data:
        return False
    tables = lower(other)
    flash, ram = table_bytes(tables) + PROGRAM, 2 * workspace_bytes(tables) + board.stack
    return flash <= board.flash.size and ram <= board.ram.size
