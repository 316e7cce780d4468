"""Printable text: what a terminal shows of a text from outside, on one line, without obeying it."""

import logging
from collections.abc import Mapping
from typing import Any

DELETE = {0x7F: "\\u007f"}  # the one control character that JSON in ASCII leaves as it is


def printable(text: str) -> str:
    """Return ``text`` with an escape for each character that is not printable, such as ``\\x1b``.

    Line ends, controls of the terminal and of the writing direction, and lone surrogates are escaped.
    """
    return text if text.isprintable() else "".join(map(_escaped, text))


def printable_lines(text: str) -> str:
    """Return ``text`` with its line feeds, and every line of it printable."""
    return "\n".join(map(printable, text.split("\n")))


def printable_json(text: str) -> str:
    """Return the JSON object ``text``, which is ASCII, with no control character left in it."""
    return text.translate(DELETE)


def printable_values(value: Any) -> Any:
    """Return ``value``, of the types of JSON, with all its texts and keys printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {printable_values(key): printable_values(item) for key, item in value.items()}
    if isinstance(value, list):
        return [printable_values(item) for item in value]
    return value


class PrintableFormatter(logging.Formatter):
    """A formatter of log records: the message on one line, the lines of a traceback below it."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the message of ``record``, printable."""
        return printable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        """Return the traceback ``ei``, its lines printable, each exception's text on one line."""
        text, error = super().formatException(ei), ei[1]
        while error is not None:
            text = text.replace(str(error), printable(str(error))) if str(error) else text
            error = error.__cause__ or error.__context__
        return printable_lines(text)


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")
