"""Check the words of pages, docstrings, comments and messages; print ``FILE:LINE: MESSAGE``.

    tools/check_prose [PATH ...]        files or folders; without one, everything that is known to be clean

Three rules. (1) A function's docstring begins with a verb in the imperative, a class's with a noun.
(2) A sentence of a docstring or a page has at most 25 words. (3) No term of the ban list,
docs/reference/banned-terms.toml, occurs; ``code in backquotes`` is exempt. Ruff's D401 knows more verbs and
runs as well where it is installed. The exit code is 1 when anything is found.
"""

import argparse
import ast
import io
import re
import shutil
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
BAN_LIST = ROOT / "docs" / "reference" / "banned-terms.toml"
CODE = {".py", ".c", ".h", ".cpp", ".toml"}
MAX_WORDS = 25
MAX_COLUMNS = 100

Finding = tuple[int, str]  # line, message


@dataclass(frozen=True)
class Banned:
    """A term that does not occur in prose, and its replacement."""

    pattern: re.Pattern[str]
    instead: str


@dataclass(frozen=True)
class Text:
    """A piece of prose with the line on which it begins."""

    line: int
    words: str
    sentences: bool = False  # does the limit on the length of sentences hold?


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    args = parser.parse_args()
    files = [file for path in args.paths for file in below(path)] if args.paths else list(clean_files())
    found = findings(files)
    print("\n".join(f"{at}: {message}" for at, message in found.items()) or f"{len(files)} files: clean")
    sys.exit(bool(found))


def findings(files: list[Path]) -> dict[str, str]:
    """Return the message for each "FILE:LINE" that breaks a rule."""
    found = {f"{file}:{line}": message for file in files for line, message in check(file)}
    return ruff([file for file in files if file.suffix == ".py" and not is_test(file)]) | found


def below(path: Path) -> list[Path]:
    """List the files of ``path`` that hold prose."""
    inside = sorted(path.rglob("*")) if path.is_dir() else [path]
    return [
        file for file in inside if file.suffix in CODE | {".md"} and file.is_file() and not vendored(file)
    ]


def vendored(file: Path) -> bool:
    """Return whether ``file`` is no text of the project."""
    path = file.resolve()
    parts = path.relative_to(ROOT).parts if path.is_relative_to(ROOT) else ()
    return bool({".venv", "build", "golden", ".git"} & set(parts)) or path == BAN_LIST


@cache
def ban_list() -> dict:
    return tomllib.loads(BAN_LIST.read_text())


@cache
def banned() -> tuple[Banned, ...]:
    return tuple(Banned(re.compile(b["term"], re.IGNORECASE), b["instead"]) for b in ban_list()["banned"])


def clean_files() -> Iterator[Path]:
    """Yield the files in which the rules hold: all but those below the list ``not_yet``."""
    for top in ("README.md", "CHANGELOG.md", "docs", "snnedge", "csrc", "firmware", "tools", "tests"):
        for file in below(ROOT / top):
            name = file.relative_to(ROOT).as_posix()
            if not any(name == entry or name.startswith(f"{entry}/") for entry in ban_list()["not_yet"]):
                yield file


def check(file: Path) -> list[Finding]:
    """Return the findings in ``file``, in order of lines."""
    content = file.read_text()
    if file.suffix == ".py":
        texts, found = list(python_texts(content)), list(openings(content, is_test(file)))
    elif file.suffix == ".md":
        printed = "Written by `tools/" in content[:1000]  # lines of data, not of prose
        texts, found = list(page_texts(content)), [] if printed else list(wide_lines(content))
    else:
        texts, found = list(comments(content, file.suffix)), []
    return sorted([*found, *(finding for text in texts for finding in text_findings(text))])


def is_test(file: Path) -> bool:
    return file.name.startswith("test_") or file.name == "conftest.py"


# --- words -----------------------------------------------------------------------------------------------


def text_findings(text: Text) -> Iterator[Finding]:
    plain = re.sub(r"(`+)[^`]*?\1", lambda m: "x" + "\n" * m[0].count("\n"), text.words)
    for term in banned():
        for match in term.pattern.finditer(plain):
            line = text.line + plain.count("\n", 0, match.start())
            yield line, f'"{match[0]}" is on the ban list: {term.instead}'
    if text.sentences:
        yield from long_sentences(text.line, plain)


def long_sentences(first: int, words: str) -> Iterator[Finding]:
    """Yield the sentences that have more than ``MAX_WORDS`` words."""
    for match in re.finditer(r"\S.*?(?:[.!?:][*')]*(?=\s)|\n\s*\n|\Z)", words, re.DOTALL):
        count = len(re.findall(r"[^\W\d_][\w'-]*", match[0]))
        if count > MAX_WORDS:
            line = first + words.count("\n", 0, match.start())
            yield (
                line,
                f"a sentence of {count} words (at most {MAX_WORDS}): {' '.join(match[0].split()[:6])} ...",
            )


# --- Python ----------------------------------------------------------------------------------------------

NO_VERB = set(
    "a an the what which who of as how whether where when while if all any every each one two three some"
    " such in on at by for from with without to is are was does has this these those it its no none not"
    " true false and or but both either neither same other another number numbers there then so".split()
)
ENDS_IN_S = set(
    "pass process access compress address guess express suppress cross press miss bias focus".split()
)
ENDS_IN_ING = {"bring", "ring", "string", "ping"}
ENDS_IN_ED = {"feed", "seed", "embed", "exceed", "proceed", "shed", "need", "speed"}
VERBS = set("return compute raise write read make check yield give take get set load".split())


def openings(source: str, test: bool) -> Iterator[Finding]:
    """Yield the docstrings that begin with the wrong kind of word."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not test:
            reason = "" if is_property(node) else no_imperative(opening(node))
        elif isinstance(node, ast.ClassDef | ast.Module):
            reason = no_noun(opening(node))
        else:
            continue
        if reason:
            yield node.body[0].lineno, reason


def is_property(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    names = {ast.unparse(d).rpartition(".")[2] for d in node.decorator_list}
    return bool(names & {"property", "cached_property"})


def opening(node: ast.AST) -> str:
    """Return the first word of the docstring, "" without one."""
    text = ast.get_docstring(node) if isinstance(node, DOCUMENTED) else None
    return (text or "").split(maxsplit=1)[0].rstrip(",:;.") if (text or "").strip() else ""


DOCUMENTED = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module


def no_imperative(word: str) -> str:
    """Return why ``word`` does not open an imperative sentence, "" when it may."""
    low = word.lower()
    if not word or (
        re.fullmatch(r"[A-Z][a-z]+(-[a-z]+)?", word)
        and low not in NO_VERB
        and (not low.endswith("s") or low in ENDS_IN_S)
        and (not low.endswith("ing") or low in ENDS_IN_ING)
        and (not low.endswith("ed") or low in ENDS_IN_ED)
    ):
        return ""
    return f'a function\'s docstring begins with an imperative verb, not "{word}"'


def no_noun(word: str) -> str:
    """Return why ``word`` does not open a noun phrase, "" when it may."""
    if word.lower() in {"what", "of", "as", "how", "which", "where", "when"} | {v + "s" for v in VERBS}:
        return f'a class or module docstring begins with a noun, not "{word}"'
    return ""


def python_texts(source: str) -> Iterator[Text]:
    """Yield docstrings, comments, and the messages for people: strings of three words or more."""
    tree = ast.parse(source)
    docstrings = {id(node.body[0].value): node for node in ast.walk(tree) if documented(node)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(words)) if id(node) in docstrings or len(words.split()) >= 3:
                yield Text(node.lineno, words, sentences=id(node) in docstrings)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and not token.string.startswith("#!"):
            yield Text(token.start[0], token.string.lstrip("# "))


def documented(node: ast.AST) -> bool:
    return isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None


def ruff(files: list[Path]) -> dict[str, str]:
    """Return the findings of ruff's D401 (imperative mood), where ruff is installed."""
    beside = Path(sys.executable).with_name("ruff")
    program = str(beside) if beside.exists() else shutil.which("ruff")
    if not program or not files:
        return {}
    options = ["--select", "D401", "--output-format", "concise", "--quiet"]
    done = subprocess.run([program, "check", *options, *map(str, files)], capture_output=True, text=True)
    found = re.findall(r"^(.*:\d+):\d+: (D401 .*)", done.stdout, re.MULTILINE)
    return {str(Path.cwd() / at) if Path(at).is_absolute() else at: message for at, message in found}


# --- C, TOML and Markdown --------------------------------------------------------------------------------


def comments(content: str, suffix: str) -> Iterator[Text]:
    """Yield the comments of C (``/* */`` and ``//``) or of TOML (``#``)."""
    pattern = r"#\s(.*)" if suffix == ".toml" else r"/\*(.*?)\*/|//(.*)"
    for match in re.finditer(pattern, content, 0 if suffix == ".toml" else re.DOTALL):
        yield Text(content.count("\n", 0, match.start()) + 1, next(filter(None, match.groups()), ""))


def page_texts(content: str) -> Iterator[Text]:
    """Yield the paragraphs of a page; fenced code is left out, table rows have no sentences to count."""
    for start, lines in paragraphs(content):
        text = re.sub(r"\]\([^)]*\)", "]", "\n".join(lines))
        yield Text(start, text, sentences=not lines[0].lstrip().startswith(("|", "#", "![")))


def paragraphs(content: str) -> Iterator[tuple[int, list[str]]]:
    """Yield first line and lines of each paragraph, heading, list item or table row."""
    part: list[str] = []
    fenced = False
    for number, line in enumerate([*content.splitlines(), ""], 1):
        fence = line.lstrip().startswith(("```", ":::"))
        begins = fence or fenced or not line.strip() or re.match(r"\s*([-*|#]|\d+\.)\s?", line)
        if begins and part:
            yield number - len(part), part
            part = []
        if not (fence or fenced) and line.strip() and not line.startswith("    "):
            part.append(line)
        fenced ^= fence


def wide_lines(content: str) -> Iterator[Finding]:
    """Yield the lines of prose beyond ``MAX_COLUMNS``; links, tables and code are exempt."""
    for start, lines in paragraphs(content):
        for number, line in enumerate(lines, start):
            if len(line) > MAX_COLUMNS and "](" not in line and not line.startswith(("|", "#")):
                yield number, f"{len(line)} columns (at most {MAX_COLUMNS})"


if __name__ == "__main__":
    main()
