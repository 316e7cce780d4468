"""The command line: finds the commands, prints their results, turns errors into one line.

A command has ``EXAMPLE``, ``add_arguments(parser)``, ``run(args)``, which calls the API and returns its
result, and ``show(result)``, the text for the JSON object of that result.
"""

import argparse
import io
import json
import logging
import sys
from collections.abc import Sequence
from typing import Any

from ..errors import SnnedgeError
from ..support import plugins
from ..support.printable import (
    PrintableFormatter,
    printable,
    printable_json,
    printable_lines,
    printable_values,
)
from .parser import Parser

log = logging.getLogger("snnedge")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 = ok, 1 = a check failed, 2 = usage or bad input."""
    argv = sys.argv[1:] if argv is None else argv
    args = _parser(argv).parse_command(argv)
    _set_up_logging(args)
    try:
        result = args.module.run(args)
        _print(args, result.as_dict())
    except SnnedgeError as error:
        return _fail(args, str(error), error.exit_code)
    except BrokenPipeError:  # the reader of our output has gone: nothing is left to say
        sys.stdout = None  # type: ignore[assignment]
        return 1
    except OSError as error:
        return _fail(args, f"{error.filename or args.command}: {error.strerror or error}", 2)
    except (MemoryError, RecursionError) as error:
        return _fail(
            args, f"{args.command}: {type(error).__name__}: the input is too large for this machine", 2
        )
    except KeyboardInterrupt:
        return _fail(args, "interrupted", 130)
    return 0 if getattr(result, "ok", True) else 1


def _parser(argv: Sequence[str]) -> Parser:
    """Return the parser of all commands, with the options of the one that is called: help must be quick."""
    common = Parser(add_help=False)
    common.add_argument("--json", action="store_true", help="print one JSON object")
    common.add_argument("-q", "--quiet", action="store_true", help="warnings and errors only")
    common.add_argument("-v", "--verbose", action="store_true", help="more messages, full tracebacks")
    parser = Parser(
        prog="snnedge",
        description="Spiking neural networks, trained in Brian2, in fixed point on servers and boards.",
        epilog="example: snnedge train digits --neurons 100 -o model.pkl && snnedge export model.pkl",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in plugins.names("commands"):
        module = plugins.load("commands", name)
        summary = (module.__doc__ or "").partition("\n")[0].rstrip(".")
        word = name.replace("_", "-")  # which no name in Python can have
        sub = parser.commands[word] = commands.add_parser(
            word,
            help=summary,
            description=module.__doc__,
            epilog=f"example: {module.EXAMPLE}",
            parents=[common],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if word in argv:
            module.add_arguments(sub)
        sub.set_defaults(module=module)
    return parser


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any, **__: Any) -> None:
        from importlib.metadata import version

        print(f"snnedge {version('snnedge')}")
        parser.exit()


def _set_up_logging(args: argparse.Namespace) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PrintableFormatter())
    log.handlers[:] = [handler]
    log.propagate = False
    level = logging.DEBUG if args.verbose else logging.WARNING if args.quiet else logging.INFO
    log.setLevel(level)


def _print(args: argparse.Namespace, result: dict[str, Any]) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):  # names from files may hold what the terminal cannot show
        sys.stdout.reconfigure(errors="backslashreplace")
    print(_json(result) if args.json else _words(args, result), flush=True)


def _json(result: dict[str, Any]) -> str:
    return printable_json(json.dumps(result, allow_nan=False))


def _words(args: argparse.Namespace, result: dict[str, Any]) -> str:
    return printable_lines(args.module.show(printable_values(result)))


def _fail(args: argparse.Namespace, message: str, code: int) -> int:
    if args.verbose:
        log.exception("")
    print(f"snnedge: error: {printable(' '.join(message.split()))}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
