"""The programs of README and pages do what these say: this is also the end-to-end test on real digits."""

import json
import re
import subprocess
import sys
from pathlib import Path

import needs
import numpy as np
import pytest

import snnedge

ROOT = Path(__file__).parents[2]
READMES = {name: ROOT / name for name in ("README.md", "README.zh-CN.md")}
BINARIES = Path(sys.executable).parent


def blocks(language: str, name: str = "README.md") -> list[str]:
    """The fenced blocks of one language (the whole info string)."""
    return re.findall(rf"^```{language}\n(.*?)^```", (ROOT / name).read_text(), re.DOTALL | re.MULTILINE)


def commands(text: str) -> list[list[str]]:
    lines = (line.partition("#")[0].split() for line in text.splitlines())
    return [words for words in lines if words]


def run(words: list[str], folder: Path) -> str:
    program = str(BINARIES / words[0])
    done = subprocess.run(
        [program, *words[1:]], cwd=folder, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, f"{' '.join(words)}: {done.stdout}\n{done.stderr}"
    return done.stdout


TUTORIAL = "docs/tutorials/first-network.md"


def steps(language: str, name: str) -> list[list[str]]:
    """The commands of all blocks of one language."""
    return [words for block in blocks(language, name) for words in commands(block)]


@pytest.fixture(scope="module")
@needs.by_fixture(pytest.mark.brian2("sklearn"))
def workplace(brian2_cache, tmp_path_factory):
    """A folder in which the README's first block has been run: trains, exports, verifies, ..."""
    folder = tmp_path_factory.mktemp("readme")
    (block,) = blocks("sh")
    for words in commands(block):
        run(words, folder)
    return folder


def test_the_digits_are_learned_and_the_integers_lose_nothing(workplace):
    result = json.loads(
        run(["snnedge", "evaluate", "digits", "--float", "digits.pkl", "--json"], workplace)
    )
    assert result["n"] == 360
    assert result["accuracy"] >= 0.90
    assert result["agreement_with_float"] >= 0.99


def test_the_python_program_of_the_readme(workplace):
    (block,) = blocks("python")
    printed = run(["python", "-c", block], workplace)
    assert float(printed) >= 0.90


@pytest.mark.qemu("qemu-system-arm")
@pytest.mark.compiler("elftools", "capstone")
@pytest.mark.parametrize("page", ["README.md", "docs/tutorials/on-a-board.md"])
def test_the_board_commands_of_the_readme_and_the_tutorial(workplace, page):
    found = steps("sh board", page)
    assert found
    for words in found:
        run(words, workplace)


@pytest.mark.needs("matplotlib")
def test_the_commands_of_the_first_tutorial(workplace):
    """It trains and exports as the README does; what it does besides is run here."""
    done, found = steps("sh", "README.md"), steps("sh", TUTORIAL)
    assert found[: len(done)] == done
    for words in found[len(done) :]:
        run(words, workplace)
    assert (workplace / "pictures" / "receptive_fields.png").exists()


def test_the_program_of_the_first_tutorial(workplace):
    (program,) = blocks("python", TUTORIAL)
    right, until, spikes, first = run(["python", "-c", program], workplace).splitlines()
    assert int(re.match(r"(\d+)% of 360 right", right)[1]) >= 90
    assert re.fullmatch(r"steps until the decision: \d+ to \d+", until)
    assert spikes.startswith("spikes of 10 images: (10, ")
    assert re.fullmatch(r"the first one: neuron \d+ at 0\.0\d\d? s", first)


@pytest.mark.needs("matplotlib")
def test_the_commands_of_the_page_on_pictures(workplace):
    (block,) = blocks("sh", "docs/how-to/draw-pictures.md")
    for words in commands(block):
        run(words, workplace)
    drawn = {p.name for folder in ("pictures", "training") for p in (workplace / folder).iterdir()}
    assert {"receptive_fields.png", "confusion.png", "race.svg", "sample.svg", "accuracy.png"} <= drawn


@pytest.mark.compiler("cc")
@pytest.mark.needs("sklearn")
def test_the_commands_of_the_page_on_the_zoo(tmp_path):
    (block,) = blocks("sh", "docs/results/zoo.md")
    for words in commands(block):
        run(words, tmp_path)
    assert (tmp_path / "digits.safetensors").exists()
    (shown,) = blocks("text", "docs/results/zoo.md")
    assert run(["snnedge", "zoo"], tmp_path) == shown, (
        "paste what snnedge zoo prints into docs/results/zoo.md"
    )


@pytest.mark.needs("onnxruntime")
@pytest.mark.slow
@pytest.mark.needs("onnxruntime")
def test_the_commands_and_the_program_of_the_page_on_onnx(tmp_path):
    page = "docs/how-to/export-onnx.md"
    (block,), (program,) = blocks("sh", page), blocks("python", page)
    for words in commands(block):
        run(words, tmp_path)
    assert run(["python", "-c", program], tmp_path) == "[0 1 2 3 4]\n"


@pytest.mark.compiler("cmake", "cc")
def test_the_program_with_two_models_of_the_page_on_exports(tmp_path):
    page = "docs/how-to/export-c.md"
    (shell,), (program,), (cmake,) = (blocks(language, page) for language in ("sh", "c", "cmake"))
    for words in commands(shell):
        run(words, tmp_path)
    (tmp_path / "both.c").write_text(program)
    (tmp_path / "CMakeLists.txt").write_text(cmake)
    for words in (["cmake", "-B", "build"], ["cmake", "--build", "build"]):
        subprocess.run(words, cwd=tmp_path, capture_output=True, check=True, timeout=300)
    sample = (37 * np.arange(28 * 28) % 256).astype(np.uint8)
    models = (snnedge.load("zoo:digits"), snnedge.load("zoo:mnist-conv-k12-n20"))
    images = (sample[:64].reshape(8, 8), sample.reshape(28, 28))
    labels = [int(model.predict(image)[0]) for model, image in zip(models, images, strict=True)]
    printed = subprocess.run([tmp_path / "build/both"], capture_output=True, check=True, timeout=60).stdout
    assert list(map(int, printed.split())) == labels


@pytest.mark.needs("sklearn")
@pytest.mark.parametrize("page", ["docs/tutorials/event-stream.md", "docs/reference/python.md"])
def test_the_programs_on_spikes_print_what_the_pages_show(page, tmp_path):
    (program,), (shown,) = blocks("python", page), blocks("text", page)
    assert run(["python", "-c", program], tmp_path) == shown


@pytest.mark.brian2
def test_the_programs_and_commands_of_the_page_on_your_simulator(tmp_path):
    page = "docs/how-to/compare-with-your-simulator.md"
    run(["python", "-c", "\n".join(blocks("python", page))], tmp_path)
    exported, compared = steps("sh", page)
    assert "inhibition: none (--inhibition)" in run(exported, tmp_path)
    found = json.loads(run([*compared, "--json"], tmp_path))
    assert found["samples"] == 4
    assert found["mean_coincidence"] > 0.9
    assert sum(found["model_spikes"]) > 40


def test_both_readmes_have_the_same_commands_and_sections():
    one, other = READMES["README.md"], READMES["README.zh-CN.md"]
    for language in ("sh", "sh board", "python", "console"):
        ours, theirs = (blocks(language, p.name) for p in (one, other))
        assert [commands(b) for b in ours] == [commands(b) for b in theirs]
    assert one.read_text().count("\n## ") == other.read_text().count("\n## ")
    links = [set(re.findall(r"\]\((docs/[^)]+)\)", page.read_text())) for page in (one, other)]
    assert links[0] == links[1]


def test_the_readme_fits_a_screen_and_names_the_test_command():
    text = READMES["README.md"].read_text()
    assert text.count("\n") <= 100
    assert text.count("![") == 1
    assert "tools/test" in text


@pytest.mark.parametrize(
    "page",
    [*READMES.values(), ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))],
    ids=lambda p: p.name,
)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
