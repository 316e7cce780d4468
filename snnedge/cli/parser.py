"""The parser of the command line: errors in one line, with the nearest known command or option."""

import argparse
import difflib
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from ..support.printable import printable


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line that says where the help is. ``commands``: its subparsers."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.commands: dict[str, Parser] = {}

    def error(self, message: str) -> NoReturn:
        """Print the ``message`` as one line; exit with code 2."""
        one_line = printable(" ".join(message.split()))
        self.exit(2, f"snnedge: error: {one_line}; see {self.prog} --help\n")

    def parse_command(self, argv: Sequence[str]) -> argparse.Namespace:
        """Return the arguments in ``argv``. What is unknown ends in one line with the nearest match."""
        word = next((word for word in argv if not word.startswith("-")), None)
        if word is not None and word not in self.commands:
            self.error(f"no command {ascii(word)[:80]}{nearest(word, self.commands)}")
        args, unknown = self.parse_known_args(argv)
        if unknown:
            own = self.commands[args.command]
            options = [text for action in own._actions for text in action.option_strings]
            given = ascii(unknown[0])[:80]
            if unknown[0] in options:
                own.error(f"{given} comes after the command {args.command}")
            own.error(f"no option or argument {given}{nearest(unknown[0], options)}")
        return args


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a question about the one of ``known`` that is nearest to ``word``, or "" if none is near."""
    near = difflib.get_close_matches(word[:80], tuple(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
