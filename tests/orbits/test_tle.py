from __future__ import annotations

import re

import pytest

from simulator.errors import InputError
from simulator.scenario import elementsets, tle

# MALLIGYONG-1, epoch 2024-07-05, as kept in public satellite lists (U.S. Space Force data).
GOOD = (
    "1 58400U 23179A   24187.60036081  .00006278  00000-0  28357-3 0  9996",
    "2 58400  97.4021  74.1373 0003594 112.3801 247.7815 15.21311148 34529",
)
# Kwangmyongsong-3 Unit 2, 2017-03-13: explicit plus signs, zero-padded angles.
PLUS_SIGNS = (
    "1 39026U 12072A   17072.94818683 +.00001452 +00000-0 +59576-4 0  9994",
    "2 39026 097.2301 094.0427 0041879 152.0798 208.2700 15.25029303235415",
)


def with_checksum(line: str) -> str:
    return line[:68] + str(tle.checksum(line))


def altered(line: int, first: int, text: str) -> tuple[str, ...]:
    """Return GOOD with other columns on one line, its checksum made right again."""
    lines = list(GOOD)
    old = lines[line - 1]
    lines[line - 1] = with_checksum(old[: first - 1] + text + old[first - 1 + len(text) :])
    return tuple(lines)


def test_real_sets_are_sound() -> None:
    assert tle.faults_of(GOOD) == []
    assert tle.faults_of(PLUS_SIGNS) == []


def test_checksum_counts_digits_and_minus_signs() -> None:
    assert tle.checksum(GOOD[0]) == 6  # the printed digit of a published set
    assert tle.checksum("1-2-3") == 8


def test_alpha_5_numbers_are_sound() -> None:
    lines = tuple(with_checksum(line.replace("58400", "B1234", 1)) for line in GOOD)
    assert tle.faults_of(lines) == []


def test_epoch_years_of_both_centuries_are_sound() -> None:
    for year in ("57", "99", "00", "56"):
        assert tle.faults_of(altered(1, 19, year)) == []


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (GOOD[:1], ["two lines, here are 1"]),
        ((GOOD[1], GOOD[0]), ["wrong order"]),
        ((GOOD[0][:-1] + "7", GOOD[1]), ["line 1 ends in checksum 7", "should be 6"]),
        ((GOOD[0], GOOD[1][:-1] + "0"), ["line 2 ends in checksum 0", "should be 9"]),
        ((GOOD[0][:60], GOOD[1]), ["line 1 has 60 characters, not 69"]),
        ((GOOD[0] + "0", GOOD[1]), ["line 1 has 70 characters, not 69"]),
        ((GOOD[0].replace("  .0", " .0", 1), GOOD[1]), ["has 68 characters", "columns 34 to 44"]),
        ((GOOD[0].replace(" ", "\xa0", 1), GOOD[1]), ["column 2", "U+00A0", "non-breaking space"]),
        ((GOOD[0], PLUS_SIGNS[1]), ["catalogue number 58400", "line 2 of 39026"]),
        (("", ""), ["line 1 has 0 characters"]),
        (altered(1, 3, "I1234"), ["columns 3 to 7", "catalogue number"]),
        (altered(1, 21, "400"), ["epoch day 400.6", "year 24", "1 to 366"]),
        (
            altered(2, 9, " 97 4021"),
            ["columns 9 to 17 should hold the inclination", "hold ' 97 4021 '"],
        ),
        (altered(2, 9, "190.0000"), ["inclination 190", "0 to 180"]),
        (altered(2, 18, "361.0000"), ["right ascension of the node 361", "0 to 360"]),
        (altered(2, 27, "9999999"), ["perigee at -6378 km, below the surface"]),
        # Published as returning code 0 from SGP4 although below the surface.
        (altered(2, 27, "3000000"), ["below the surface", "0.3"]),
        (altered(2, 53, " 0.00000000"), ["mean motion 0 ", "0.03 to 17.2"]),
        (altered(2, 53, "18.00000000"), ["mean motion 18 ", "0.03 to 17.2"]),
    ],
)
def test_damaged_lines_are_refused_with_the_reason(
    lines: tuple[str, ...], words: list[str]
) -> None:
    faults = tle.faults_of(lines)
    assert faults
    for word in words:
        assert any(word in fault for fault in faults), faults


@pytest.mark.parametrize("damage", [(2, 9, " 97 4021"), (1, 63, "4"), (1, 21, "400"), (2, 1, "7")])
def test_each_fault_is_one_line(damage: tuple[int, int, str]) -> None:
    for fault in tle.faults_of(altered(*damage)):
        assert fault.isprintable()


@pytest.mark.parametrize("code", "13456789")
def test_a_set_of_another_theory_is_refused_by_name(code: str) -> None:
    [fault] = tle.faults_of(altered(1, 63, code))
    assert f"line 1, column 63 says ephemeris type {code}" in fault
    assert ("SGP4-XP" in fault) == (code == "4")


@pytest.mark.parametrize("code", " 02")
def test_a_set_of_sgp4_is_sound(code: str) -> None:
    assert tle.faults_of(altered(1, 63, code)) == []


@pytest.mark.parametrize(
    ("year", "day", "sound"),
    [("24", "366.99999999", True), ("23", "365.99999999", True), ("23", "366.00000000", False),
     ("24", "060.50000000", True), ("24", "367.00000000", False), ("24", "  1.00000000", True),
     ("24", "  0.99999999", False), ("00", "366.50000000", True)],
)  # fmt: skip
def test_the_day_is_one_of_its_year(year: str, day: str, sound: bool) -> None:
    assert (tle.faults_of(altered(1, 19, year + day)) == []) == sound


def test_sets_are_found_with_and_without_names() -> None:
    text = "\r\n".join(["0 MALLIGYONG-1", *GOOD, "", "KMS 3-2", *PLUS_SIGNS, *GOOD, ""])
    sets = tle.read_sets(text)
    assert [s.name for s in sets] == ["MALLIGYONG-1", "KMS 3-2", "58400"]
    assert [s.number for s in sets] == ["58400", "39026", "58400"]
    assert sets[0].lines == GOOD


@pytest.mark.parametrize("name", ["1 KITE", "2 FASTRUNNER", "0 1 KITE", "1", "2", "1 2", "2 1"])
def test_a_name_may_begin_with_a_line_number(name: str) -> None:
    [element_set] = tle.read_sets("\n".join([name, *GOOD]))
    assert element_set.name == name.removeprefix("0 ")
    assert element_set.lines == GOOD


def test_comments_blanks_and_indents_are_passed_over() -> None:
    text = "\r\n".join(["# from a list", "", " \t", "X", f"  {GOOD[0]}", "# epoch", *GOOD[1:]])
    [element_set] = tle.read_sets(text)
    assert (element_set.name, element_set.lines) == ("X", GOOD)


def test_lines_without_their_partner_or_out_of_order_are_said() -> None:
    for lines in (GOOD[:1], GOOD[1:], GOOD[::-1]):
        [element_set] = tle.read_sets("\n".join(["X", *lines, "Y"]))
        assert tle.faults_of(element_set.lines)
        assert element_set.number == "58400"


def later(day: str, lines: tuple[str, ...] = GOOD) -> tuple[str, ...]:
    return (with_checksum(lines[0][:20] + day + lines[0][32:]), lines[1])


def test_one_satellite_is_chosen_by_name_or_number() -> None:
    sets = tle.read_sets("\n".join(["MALLIGYONG-1", *GOOD, "KMS 3-2", *PLUS_SIGNS]))
    for satellite in ("malligyong-1", "58400", 58400):
        assert [s.lines for s in elementsets.choose(sets, satellite)] == [GOOD]
    assert [s.lines for s in elementsets.choose(sets[:1], None)] == [GOOD]


def test_all_epochs_of_a_satellite_are_chosen_the_last_of_each() -> None:
    days = ("188.50000000", "187.60036081", "190.00000000")
    revised = (with_checksum(GOOD[0][:53] + " 29999-3" + GOOD[0][61:]), GOOD[1])
    sets = [line for day in days for line in later(day)]
    text = "\n".join(["# history", *sets, "KMS 3-2", *PLUS_SIGNS, *revised])
    chosen = elementsets.choose(tle.read_sets(text), 58400)
    assert [s.lines for s in chosen] == [later(days[0]), revised, later(days[2])]


def test_alpha_5_numbers_are_chosen_by_their_value() -> None:
    lines = [with_checksum(line.replace("58400", "B1234", 1)) for line in GOOD]
    sets = tle.read_sets("\n".join(lines))
    for satellite in (111234, "111234", "B1234"):
        assert [s.number for s in elementsets.choose(sets, satellite)] == ["B1234"]


@pytest.mark.parametrize(
    ("text", "satellite", "words"),
    [
        ("", None, "holds no element set"),
        ("\n".join(["A", *GOOD, "B", *PLUS_SIGNS]), None, "sets of 2 satellites; choose one"),
        ("\n".join(["MALLIGYONG-1", *GOOD]), "MALIGYONG-1", "did you mean 'MALLIGYONG-1'?"),
        ("\n".join(["A", *GOOD, "A", *PLUS_SIGNS]), "A", "2 satellites called 'A'; choose one by"),
        ("\n".join(["\x1b[31mA", *GOOD]), "\x1b[31mB", "holds no satellite '\\x1b[31mB'"),
    ],
)
def test_a_choice_that_is_not_one_satellite_is_refused(
    text: str, satellite: str | int | None, words: str
) -> None:
    with pytest.raises(InputError, match=re.escape(words)) as caught:
        elementsets.choose(tle.read_sets(text), satellite)
    assert all(problem.isprintable() for problem in caught.value.problems)


def test_sets_of_several_satellites_or_twice_of_one_epoch_are_no_history() -> None:
    assert tle.faults_of_sets([GOOD, later("188.50000000")]) == []
    [twice] = tle.faults_of_sets([GOOD, GOOD])
    assert "2 sets are of the epoch 24187.60036081" in twice
    [mixed] = tle.faults_of_sets([GOOD, PLUS_SIGNS])
    assert "of satellites 39026, 58400" in mixed
    [damaged] = tle.faults_of_sets([GOOD, (GOOD[0], GOOD[1][:-1] + "0")])
    assert damaged.startswith("set 2: line 2 ends in checksum 0")


def test_perigee_altitude_follows_kepler() -> None:
    # A geostationary satellite, 1.0027379 rev/day: 35,786 km over 6,378.1 km.
    assert elementsets.perigee_altitude_km(1.00273791, 0.0) == pytest.approx(35_786.0, abs=1.0)
