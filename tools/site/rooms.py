"""Write the table of rooms into docs/explanation/architecture.md, from rooms.toml beside it."""

import re
import tomllib
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "explanation"
PAGE = FOLDER / "architecture.md"
TABLE = re.compile(r"(<!-- rooms -->\n).*?(<!-- /rooms -->)", re.DOTALL)


def main() -> None:
    PAGE.write_text(page(PAGE.read_text()))


def page(text: str) -> str:
    """Return the page with the table of today."""
    rooms = tomllib.loads((FOLDER / "rooms.toml").read_text())
    rows = "".join(f"| {n} | `{name}` | {holds} |\n" for n, (name, holds) in enumerate(rooms.items(), 1))
    table = f"\n| | room | what it holds |\n|---|---|---|\n{rows}\n"
    return TABLE.sub(lambda found: found[1] + table + found[2], text)


if __name__ == "__main__":
    main()
