"""Lot texts of recall notices: what is certain is read, what is not is left to a person."""

import csv
import lzma
from collections import Counter
from pathlib import Path

import pytest

from pestle.terms.recall.lot_text import NamedLot, Reading, read_lot_text, same_number
from pestle.terms.recall.ranges import range_of

R = Reading
# Every text but those of the pharmacy's own story stands so in the enforcement reports of the FDA.
TEXTS: tuple[tuple[str, Reading, tuple[str, ...]], ...] = (
    # text, reading, lots
    ("Lot # 1187435 exp date: 02/2024", R.LISTED, ("1187435",)),
    ("Batch 35447184A", R.LISTED, ("35447184A",)),
    ("Lot: S84026", R.LISTED, ("S84026",)),
    ("M008130 06/2022, M008131 06/2022", R.LISTED, ("M008130", "M008131")),
    ("HF08618A 6/30/2020 HF08718A 6/30/2020", R.LISTED, ("HF08618A", "HF08718A")),
    ("Lots: 524099M, 524100A, 521687A", R.LISTED, ("524099M", "524100A", "521687A")),
    (
        "Lot #s: a) 35426557A, 35426558A, Exp 08/14; b) 35426554A, Exp 08/14",
        R.LISTED,
        ("35426557A", "35426558A", "35426554A"),
    ),
    ("C51012 Exp 9/12/13 and C51201 Exp 9/6/13", R.LISTED, ("C51012", "C51201")),
    ("Lot 03252015:61@6, expiry date: 7/23/2015", R.LISTED, ("03252015:61@6",)),
    ("Lot #: 6153N, Exp8/29/2019", R.LISTED, ("6153N",)),
    ("Lot: 61296:42Use by: 04/13/2020", R.LISTED, ("61296:42",)),
    ("Lot #: RX0119, Exp 1/2026", R.LISTED, ("RX0119",)),
    ("Lots: 050916G Exp. 05/19; 120816L Exp. 12/19", R.LISTED, ("050916G", "120816L")),
    ("Lot # 103803; Exp. 08/17 NDC 69020-203-35 UPC 857181005023", R.LISTED, ("103803",)),
    ("100 count bottle - Lot #C307859, exp 09/2015; 500 count bottle - Lot# C307812", R.LISTED, ("C307859", "C307812")),
    ("Lot #s: CNSDH, Exp. 6/30/2024; CNWVM, CNWWH, Exp. 07/31/2024", R.LISTED, ("CNSDH", "CNWVM", "CNWWH")),
    ("Product Codes: L210L Bulk Lots: 18L120, 19B044", R.LISTED, ("18L120", "19B044")),
    ("Lot 1564-103, Exp 9/30/2024", R.LISTED, ("1564-103",)),
    ("Lot 1234 tablets", R.UNREAD, ()),
    ("All Lots", R.ALL, ()),
    ("All lots, Exp 04/26", R.ALL_WITH_CONDITION, ()),
    ("All lots within expiry.", R.ALL, ()),
    (
        "All lots distributed between November 2014 and May 2015; 04202015@78, 7/19/2015",
        R.ALL_WITH_CONDITION,
        ("04202015@78",),
    ),
    ("All lots with expiry through September 2023", R.ALL_WITH_CONDITION, ()),
    ("Lots 24H117 through 24H130", R.RANGES, ()),
    ("Lot: 1903011.80", R.UNREAD, ()),
    ("Lots LN123456/LN123457", R.UNREAD, ()),
    ("Lot #: 040 19, Exp. 09 FEB 2025", R.PARTLY, ("040",)),
    ("Lot 13-121-JT* * the lot number may be followed by 01", R.UNREAD, ()),
    ("Lots beginning with 24H1", R.PARTLY, ("24H1",)),
    ("Lot 24H117, all others excluded but 24H118", R.PARTLY, ("24H117", "24H118")),
    ("Batch#: 11102107A2, Exp 4/9/202211232104A1, Exp 5/7/2022", R.PARTLY, ("11102107A2",)),
    ("Rx #: 0408260", R.UNREAD, ()),
    ("UPC 557205060083 ,Exp 5/24/18", R.UNREAD, ()),
    ("no identifying lot numbers present", R.UNREAD, ()),
    ("", R.SAYS_NOTHING, ()),
)


@pytest.mark.parametrize(("text", "reading", "lots"), TEXTS, ids=[text[:40] or "nothing" for text, _, _ in TEXTS])
def test_a_lot_text_is_read_so(text: str, reading: Reading, lots: tuple[str, ...]) -> None:
    read = read_lot_text(text)

    assert (read.reading, tuple(lot.number for lot in read.lots)) == (reading, lots)


def test_the_month_of_expiry_goes_with_the_lots_before_it() -> None:
    read = read_lot_text("Lots: A1234, A1235 Exp. 05/26; B2233, Exp. 09-Aug-27")

    assert read.lots == (
        NamedLot("A1234", frozenset({(2026, 5)})),
        NamedLot("A1235", frozenset({(2026, 5)})),
        NamedLot("B2233", frozenset({(2027, 8)})),
    )


@pytest.mark.parametrize(
    ("number", "is_in"),
    [("24H117", True), ("24h125", True), ("24H130", True), ("24H116", False), ("24H131", False), ("24G120", False),
     ("24H1170", False), ("HELLO", False)],
)  # fmt: skip
def test_a_range_holds_what_lies_between_its_ends(number: str, is_in: bool) -> None:
    (found,) = read_lot_text("Lots 24H117 through 24H130").ranges

    assert found.is_said
    assert found.holds(number) is is_in


def test_a_hyphen_alone_may_be_part_of_one_number_and_is_never_called_certain() -> None:
    (found,) = read_lot_text("Lot 160302-160371").ranges

    assert not found.is_said


def test_numbers_of_two_shapes_make_no_range() -> None:
    assert range_of("24H117", "25H130", is_said=True) is None
    assert read_lot_text("Lots 24H117 through 25H130").reading is Reading.UNREAD


def test_spaces_hyphens_and_case_do_not_tell_two_lots_apart() -> None:
    assert same_number("08-133-dk", "08133DK")
    assert not same_number("08133DK", "08133DK1")


def test_what_the_enforcement_reports_say_is_read_as_often_as_is_told() -> None:
    """One notice in ten of all that the data holds, so that the figure in the manual cannot drift unseen."""
    with lzma.open(Path(__file__).parents[3] / "data" / "recalls.csv.xz", "rt", encoding="utf-8") as lines:
        texts = [row["lots_text"] for row in csv.DictReader(lines)][::10]

    counted = Counter(read_lot_text(text).reading for text in texts)

    whole = sum(number for reading, number in counted.items() if reading.is_whole)
    assert whole / (len(texts) - counted[Reading.SAYS_NOTHING]) > 0.85
