"""Every error that snnedge raises on purpose: one root, a leaf per domain, a hint in each message.

The CLI prints ``str(error)`` as one line and exits with ``exit_code``. A message names the file, the
field and the remedy.
"""


class SnnedgeError(Exception):
    """Root of all errors that are the user's to mend; anything else is a bug in snnedge."""

    exit_code = 2


class InputError(SnnedgeError, ValueError):
    """A file, option or array from outside is missing, malformed or out of range."""


class ShapeError(InputError, TypeError):
    """An array handed to the runtime has the wrong dtype or shape."""


class UnknownName(InputError, KeyError):
    """A name that is none of the known ones; the message lists them and the nearest match."""

    def __str__(self) -> str:  # KeyError would print the message's repr
        return str(self.args[0])


class DoesNotFit(SnnedgeError):
    """A model needs more flash or RAM than the board has."""


class ToolError(SnnedgeError):
    """An external program is missing, failed, or exceeded its time limit."""
