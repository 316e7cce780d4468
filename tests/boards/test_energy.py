"""Energy: time x current x voltage by hand, ranges that stay ranges, measurements in place of estimates."""

import json
from dataclasses import replace

import needs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snnedge.api.cost import cost as cost_of
from snnedge.boards import board_file
from snnedge.boards.board import Current
from snnedge.boards.cost import cycles, energy, measured
from snnedge.boards.cost.cycles import Cycles, Executed
from snnedge.boards.emulate import qemu
from snnedge.cli import cost
from snnedge.cli.commands import calibrate_board
from snnedge.cli.main import main
from snnedge.errors import InputError, UnknownName

MICROBIT = board_file.load("microbit")  # 16 MHz; 3.1, 4.4, 5.7 mA at 3 V
SUBJECT = measured.Subject("0123456789abcdef", "gcc 1, -O2", "digits test", 10, 5000.0)
FOUND = measured.Measurement(SUBJECT, 9000.0, 6000.0, "2026-11-21", "a scope")
POSITIVE = st.floats(1, 1e9)


@pytest.fixture(autouse=True)
def own_config(tmp_path, monkeypatch):
    """No test reads or writes the measurements of whoever runs it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
@needs.by_fixture(pytest.mark.qemu, pytest.mark.compiler, pytest.mark.needs("sklearn"))
def counting() -> None:
    """Instructions on the board of these tests."""
    needs.counting(board_file.load("microbit"))


def ordered(*numbers: float) -> tuple[float, ...]:
    return tuple(sorted(numbers))


def test_energy_is_time_times_current_times_voltage():
    of = Cycles(160_000, 320_000, 480_000, "by hand")
    assert energy.time_us(MICROBIT, of) == pytest.approx((10_000, 20_000, 30_000))
    (found,) = energy.energies(MICROBIT, of)
    # 10 ms x 3.1 mA x 3 V = 93 uJ; 20 ms x 4.4 mA x 3 V = 264 uJ; 30 ms x 5.7 mA x 3 V = 513 uJ
    assert (found.low, found.typ, found.high) == pytest.approx((93.0, 264.0, 513.0))
    assert found.current is MICROBIT.currents[0]


def test_a_board_without_a_current_has_time_and_no_energy():
    figures = cost_of(board_file.load("mps2-an385"), Cycles(1, 2, 3, "by hand")).as_dict()
    assert figures["time_us"]["typ"] == pytest.approx(2 / 25)
    assert figures["energy_uj"] is None
    assert "no [[current]]" in cost.lines(figures, 25_000_000)[-1]


def test_without_cycles_nothing_is_reported():
    figures = cost_of(MICROBIT, None).as_dict()
    assert set(figures.values()) == {None}
    (line,) = cost.lines(figures, 16_000_000)
    assert line == "no cycles, time and energy: this core has no table of cycles"


@given(
    c=st.tuples(POSITIVE, POSITIVE, POSITIVE), ma=st.tuples(POSITIVE, POSITIVE, POSITIVE), volts=POSITIVE
)
def test_a_range_stays_a_range(c, ma, volts):
    board = replace(MICROBIT, currents=(Current("c", *ordered(*ma), volts, "s", False),))
    of = Cycles(*ordered(*c), "s")
    (found,) = energy.energies(board, of)
    assert found.low <= found.typ <= found.high
    low, typ, high = energy.time_us(board, of)
    assert low <= typ <= high
    third = of.each(3)
    assert third.low <= third.typ <= third.high


def test_a_chip_of_its_own_by_hand():
    # 1000 additions: 0.03 pJ; 0.1 + 10 / 8 pJ; 0.1 + 10 pJ each
    assert energy.asic_nj(1000) == pytest.approx((0.03, 1.35, 10.1))
    assert energy.asic_nj(1000, multiply=True) == pytest.approx((0.23, 1.55, 10.3))


@pytest.mark.parametrize(
    ("name", "operands", "size", "line", "reads"),
    [
        (
            "adds",
            "r0, r1",
            2,
            4,
            5 * 2 / 4 + 2,
        ),  # its bytes, and a line where it leads elsewhere
        ("ldr.w", "r0, [r1]", 4, 16, 5 * (4 / 16 + 1) + 2),
        ("ldm", "r0!, {r1, r2, r3}", 2, 4, 5 * (2 / 4 + 3) + 2),
        ("ldrd", "r0, r1, [r2]", 4, 4, 5 * (1 + 2) + 2),
        ("str", "r0, [r1]", 2, 4, 5 * 2 / 4 + 2),  # flash is not written
        ("pop", "{r4, pc}", 2, 4, 5 * 2 / 4 + 2),  # the stack is RAM
    ],
)
def test_reads_of_flash(name, operands, size, line, reads):
    assert cycles.flash_reads(name, operands, size, Executed(5, 2), line) == pytest.approx(reads)


def test_a_measurement_is_kept_and_replaced():
    file = measured.keep("microbit", FOUND)
    other = replace(FOUND, subject=replace(SUBJECT, samples=20), source='a "scope"\nand \x7f\ud800 more')
    measured.keep("microbit", other)
    assert measured.load("microbit") == (FOUND, replace(other, source='a "scope"?and ?? more'))
    measured.keep("microbit", replace(FOUND, cycles=9500.5))
    assert [m.cycles for m in measured.load("microbit")] == [9000.0, 9500.5]
    assert measured.load("rpi-pico") == ()
    assert file.read_text().startswith("# Cycles measured on microbit")


def test_what_was_measured_has_no_range():
    estimate = Cycles(5000, 6000, 7000, "table")
    found = measured.applied((FOUND,), SUBJECT, estimate)
    assert found == Cycles(9000, 9000, 9000, "a scope, 2026-11-21", "measured")
    assert measured.applied((FOUND,), SUBJECT, None) == found
    assert measured.applied((), SUBJECT, estimate) is estimate


@pytest.mark.parametrize(
    "change", [{"hash": "f" * 16}, {"compiler": "zig"}, {"samples": 9}, {"instructions": 4999.0}]
)
def test_another_subject_is_scaled_and_its_range_only_widened(change):
    other = replace(SUBJECT, **change)
    found = measured.applied((FOUND,), other, Cycles(900, 1000, 1100, "table"))
    assert (found.low, found.typ, found.high, found.kind) == (900, 1500, 1500, "calibrated")
    slower = replace(FOUND, cycles=3000.0)
    found = measured.applied((FOUND, slower), other, Cycles(900, 1000, 1100, "table"))
    assert (found.low, found.typ, found.high) == (500, 1000, 1500)
    assert measured.applied((FOUND,), other, None) is None
    assert measured.applied((replace(FOUND, estimated=0.0),), other, found) is found


@given(estimate=st.tuples(POSITIVE, POSITIVE, POSITIVE), taken=st.lists(POSITIVE, min_size=1, max_size=4))
def test_a_calibrated_range_stays_a_range(estimate, taken):
    known = [replace(FOUND, cycles=c) for c in taken]
    found = measured.applied(known, replace(SUBJECT, hash="f" * 16), Cycles(*ordered(*estimate), "table"))
    assert found.low <= found.typ * (1 + 1e-9)
    assert found.typ <= found.high * (1 + 1e-9)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("cycles = 9000.0", "cycles = 0", "cycles' is 0, not a number"),
        ("samples = 10\n", "", "samples' is missing"),
        ("2026-11-21", "yesterday", "date' is 'yesterday'; give YYYY-MM-DD"),
        ("estimated =", "estimate =", "estimated' is missing"),
        ("estimated = 6000.0", "estimated = 5e-324", "estimated' is 5e-324; give 0"),
        ("[[measurement]]", "[[measurement]", "not a TOML file"),
    ],
)
def test_a_faulty_file_is_reported_by_file_and_field(old, new, message):
    file = measured.keep("microbit", FOUND)
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(InputError, match=rf"microbit\.toml.*{message}"):
        measured.load("microbit")


def said(capsys: pytest.CaptureFixture[str], *line: str) -> dict:
    assert main([*line, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("counting")
def test_calibrate_board_replaces_the_estimate(capsys):
    which = ["zoo:digits", "--board", "microbit", "--compiler", "gcc", "--samples", "2"]
    before = said(capsys, "count", *which)
    typ = before["cycles_per_inference"]["typ"]
    assert before["cycles_per_inference"]["kind"] == "estimated"
    assert before["energy_uj"][0]["typ"] == pytest.approx(typ / 16e6 * 4.4e-3 * 3 * 1e6)
    assert before["asic"]["energy_nj"]["typ"] == pytest.approx(
        before["asic"]["synaptic_operations"] * 1.35e-3
    )

    taken = said(capsys, "calibrate-board", *which, "--cycles", str(1.5 * typ))
    assert taken["ratio"] == pytest.approx(1.5)
    assert taken["energy_uj"][0]["typ"] == pytest.approx(1.5 * before["energy_uj"][0]["typ"])
    after = said(capsys, "count", *which)["cycles_per_inference"]
    assert (after["kind"], after["low"], after["high"]) == ("measured", 1.5 * typ, 1.5 * typ)
    which[-1] = "3"
    assert said(capsys, "count", *which)["cycles_per_inference"]["kind"] == "calibrated"
    assert main(["count", *which]) == 0
    assert "calibrated" in capsys.readouterr().out
    assert main(["calibrate-board", *which, "--cycles", str(2 * typ)]) == 0
    assert "OUTSIDE the range" in capsys.readouterr().out


@pytest.mark.usefixtures("counting")
@pytest.mark.parametrize("cycles_", ["1000", "1e10"])
def test_what_cannot_be_cycles_is_refused(cycles_, capsys):
    line = ["calibrate-board", "zoo:digits", "--board", "microbit", "--samples", "2", "--cycles", cycles_]
    assert main(line) == 2
    assert "give the cycles of one on a real board" in capsys.readouterr().err
    assert not measured.path("microbit").exists()


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (["--cycles", "nan"], "--cycles"),
        (["--cycles", "-5"], "--cycles"),
        (["--cycles", "9", "--source", " "], "--source: say how it was measured"),
        ([], "--cycles"),
    ],
)
def test_bad_options_are_reported(wrong, named, capsys):
    with pytest.raises(SystemExit) as left:
        main(["calibrate-board", "zoo:digits", "--board", "microbit", *wrong])
    assert left.value.code == 2
    assert named in capsys.readouterr().err


@pytest.mark.usefixtures("counting")
def test_a_board_that_is_not_emulated_can_be_measured(capsys, monkeypatch):
    monkeypatch.setattr(qemu, "missing", lambda board: "no QEMU")
    line = ["zoo:digits", "--board", "nrf52840dk", "--samples", "2", "--cycles", "64000"]
    taken = said(capsys, "calibrate-board", *line)
    assert (taken["ratio"], taken["instructions"], taken["time_us"]["typ"]) == (None, 0, 1000)
    assert [round(e["typ"], 3) for e in taken["energy_uj"]] == [9.9, 18.9]  # 1 ms x 3.3 or 6.3 mA x 3 V
    assert calibrate_board.show(taken).endswith("its core has no table")


@pytest.mark.usefixtures("counting")
def test_a_board_is_counted_on_one_that_executes_the_same(capsys):
    which = ["zoo:digits", "--compiler", "gcc", "--samples", "2", "--board"]
    real, place = (said(capsys, "count", *which, name) for name in ("nrf52840dk", "mps2-an386"))
    assert (real["board"], real["counted_on"]) == ("nrf52840dk", "mps2-an386")
    assert real["instructions_per_inference"] == place["instructions_per_inference"]
    cycles_ = real["cycles_per_inference"]
    assert cycles_["typ"] == place["cycles_per_inference"]["typ"]
    assert cycles_["high"] > place["cycles_per_inference"]["high"]  # it has wait states
    assert real["time_us"]["typ"] == pytest.approx(cycles_["typ"] / 64)
    assert len(real["energy_uj"]) == 2
    taken = said(capsys, "calibrate-board", *which, "nrf52840dk", "--cycles", str(1.1 * cycles_["typ"]))
    assert taken["ratio"] == pytest.approx(1.1)
    assert main(["count", *which, "rpi-pico"]) == 0
    assert "counted on microbit, emulated, which executes the same" in capsys.readouterr().out


def test_a_board_that_is_counted_on_nothing_known_is_reported():
    with pytest.raises(UnknownName, match="did you mean 'mps2-an386'"):
        board_file.counting(replace(board_file.load("nrf52840dk"), counted_on="mps2-an387x"))


@pytest.mark.parametrize("name", board_file.files())
def test_what_a_board_is_counted_on_is_emulated(name):
    board = board_file.load(name)
    place = board_file.counting(board)
    assert place.core.name == board.core.name
    assert place is board or place.machine


@pytest.mark.usefixtures("counting")
def test_a_folder_that_cannot_be_made_is_reported(tmp_path, capsys, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    line = ["calibrate-board", "zoo:digits", "--board", "nrf52840dk", "--samples", "2", "--cycles", "99000"]
    assert main(line) == 2
    assert "cannot write" in capsys.readouterr().err
