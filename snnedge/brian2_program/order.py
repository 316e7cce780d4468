"""The clock of every Brian2 network here, and the order in which its objects act within a time step."""

from typing import Any

# Seconds. A power of two keeps every time exact: Brian2 takes clocks that differ by 1e-14 s for different
# times, and at 1 ms rounding separates the clocks of steps and samples after 64 s. No equation contains
# the time, so a step may represent any duration.
STEP = 2.0**-10
ORDER_STRIDE = 10  # between two objects: leaves room for what Brian2 places in between


def in_order(*objects: Any, slot: str = "after_resets", after: int = 0) -> None:
    """Schedule ``objects`` (updaters, thresholders, pathways) one after the other in ``slot`` of a step.

    The default slot follows the spikes and resets of the inputs. ``after``: position of the first object,
    for a second sequence in the same slot.
    """
    for position, item in enumerate(objects, after):
        item.when, item.order = slot, ORDER_STRIDE * position
