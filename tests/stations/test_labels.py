"""Labels: what they say, that all of it is there, that codes read back, and how they print."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import pairwise

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pypdf import PdfReader

from pestle.stations.bench import filling, label_pdf, label_zpl, labels
from pestle.stations.bench.label_sheets import GOES_ON, DoesNotFit, Sheet, Words, bag_sheet, sheets_of
from pestle.stations.bench.label_texts import (
    TRANSFER_CAUTION,
    BagTag,
    VialLabel,
    Warning,
    direction_lines,
    has_caution,
    missing,
    names_on,
    quantity_words,
    refill_words,
)
from pestle.terms.findings import Refused
from pestle.wire import zpl
from tests.stations.bench import act, bottle, in_hand, queued, the_lot
from tests.world import World, make_world

METFORMIN = VialLabel(
    code="PXF7203904-01G", patient="Cleo Marchetti", born_on=date(1968, 3, 14), medicine="Metformin 500 mg tablet",
    generic_for="Glucophage",
    directions="Take 1 tablet in the morning, and take 1 tablet in the evening, with food. For diabetes.",
    quantity="60 tablets", refills="2 refills until Oct 12, 2027", use_before_on=date(2027, 1, 31),
    rx_number="7203904", filled_on=date(2026, 11, 23), prescriber="Priya Nair MD", checked_by="B. Levi PharmD",
    maker="Aurobindo", pharmacy="Corner Street Pharmacy", address="12 Corner Street, Ann Arbor MI 48104",
    phone="(734) 555-0100", warnings=(Warning(words="Take with food.", picture="food"),),
)  # fmt: skip
SAID = ("take", "1", "tablet", "by", "mouth", "twice", "daily,", "and", "with", "food;", "10.5", "mL", "Ünder")
NAMED = ("hydrochlorothiazide", "amlodipine besylate", "160 mg", "extended-release tablet")
TAG = BagTag(code="PXB118231K", name="Marchetti, Cleo", place="W-12", items="1 item", since="since Nov 23, 2026")


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def words_on(sheet: Sheet) -> str:
    return " ".join(item.text for item in sheet.items if isinstance(item, Words))


def painted(pdf: bytes, page: int = 0) -> Image.Image:
    """Paint the filled squares of a PDF's own drawing commands: what a scanner sees of its bar codes."""
    dots = 4
    found = PdfReader(BytesIO(pdf)).pages[page]
    picture = Image.new("L", (int(found.mediabox.width) * dots, int(found.mediabox.height) * dots), 255)
    pen = ImageDraw.Draw(picture)
    drawn = found.get_contents()
    assert drawn is not None
    commands = drawn.get_data().decode("latin-1")
    for x, y, wide, high in re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re f", commands):
        left, foot = float(x) * dots, picture.height - float(y) * dots
        pen.rectangle((left, foot - float(high) * dots, left + float(wide) * dots - 1, foot - 1), fill=0)
    return picture


def codes_in(picture: Image.Image) -> list[str]:
    return sorted(found.text for found in zxingcpp.read_barcodes(picture))


def test_a_family_name_wider_than_the_label_is_broken_at_its_own_hyphens_and_loses_nothing() -> None:
    family = "Featherstonehaugh-Wellesley-Montgomery"
    label = replace(METFORMIN, patient=f"Maximiliana-Konstantina {family}")

    sheets = sheets_of(label, replace(TAG, name=f"{family}, Maximiliana-Konstantina"))

    lines = [item.text for item in sheets[0].items if isinstance(item, Words)]
    assert lines[:2] == ["Maximiliana-Konstantina", "Featherstonehaugh-Wellesley-"]
    written = "".join(words_on(sheet) for sheet in sheets).replace(" ", "").replace("-", "")
    # On the vial, on the label that goes on with the directions, and on the bag.
    assert written.count(family.replace("-", "")) == 3


def test_the_codes_of_a_printed_page_read_back() -> None:
    pdf = label_pdf.draw(sheets_of(METFORMIN, TAG), title="Label")

    assert codes_in(painted(pdf)) == ["PXB118231K", "PXF7203904-01G"]


def test_the_printer_is_given_the_same_words_and_codes_as_the_page() -> None:
    sheets = sheets_of(METFORMIN, TAG)

    (label,) = zpl.decode(label_zpl.write(sheets))

    assert set(label.barcodes) == {"PXB118231K", "PXF7203904-01G"}
    assert list(label.words) == [item.text for item in sheets[0].items if isinstance(item, Words) and item.text]
    assert (label.width, label.height) == (812, 1218)


def test_patient_and_medicine_come_first_and_directions_are_the_largest_after_the_name() -> None:
    (sheet,) = sheets_of(METFORMIN)
    ordered = sorted((item for item in sheet.items if isinstance(item, Words)), key=lambda item: item.y)

    assert [item.text for item in ordered if item.is_bold][:4] == [
        "Cleo Marchetti",
        "Metformin 500 mg tablet",
        "Take 1 tablet in the morning,",
        "and take 1 tablet in the evening,",
    ]
    assert min(item.size for item in ordered if "tablet in the" in item.text) >= 12


def test_directions_that_are_too_long_go_on_and_lose_nothing() -> None:
    long = " ".join(
        f"On day {day} take {day} tablets in the morning with a full glass of water." for day in range(1, 15)
    )

    first, *others = sheets_of(replace(METFORMIN, directions=long))

    assert GOES_ON in words_on(first)
    printed = " ".join(words_on(sheet) for sheet in (first, *others))
    for day in range(1, 15):
        assert f"On day {day} take" in printed
    assert all("Cleo Marchetti" in words_on(sheet) and "Metformin 500 mg tablet" in words_on(sheet) for sheet in others)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(SAID), min_size=1, max_size=120),
    st.lists(st.sampled_from(NAMED), min_size=1, max_size=9),
    st.booleans(),
)  # fmt: skip
def test_every_word_of_every_label_is_printed_inside_it(
    directions: list[str], medicine: list[str], is_cautioned: bool
) -> None:
    given = replace(
        METFORMIN, directions=" ".join(directions), medicine=" ".join(medicine), is_practice=True, generic_for="",
        caution=TRANSFER_CAUTION if is_cautioned else "",
    )  # fmt: skip

    sheets = sheets_of(given, TAG)

    printed = [item for sheet in sheets for item in sheet.items if isinstance(item, Words)]
    large = " ".join(item.text for item in printed if item.is_bold and item.size >= 12).split()
    assert all(large.count(word) >= directions.count(word) for word in directions)
    assert all(word in large for part in medicine for word in part.split())
    for sheet in sheets:
        places = sorted((item.y, item.y + item.size) for item in sheet.items if isinstance(item, Words) and item.x < 10)
        assert all(below[0] >= above[1] - 0.5 for above, below in pairwise(places))
        assert all(top >= 0 and foot <= sheet.height for top, foot in places)


@pytest.mark.parametrize("patient", ["W" * 60, "Nguyễn 三郎"])
def test_what_cannot_be_printed_whole_is_an_error_and_never_cut(patient: str) -> None:
    with pytest.raises(DoesNotFit):
        sheets_of(replace(METFORMIN, patient=patient))


def test_a_reprint_and_a_practice_label_say_so_on_the_vial_itself() -> None:
    (sheet,) = sheets_of(replace(METFORMIN, mark="REPRINT", is_practice=True))

    assert "REPRINT · PRACTICE: not for use by a patient" in words_on(sheet)
    (label,) = zpl.decode(label_zpl.write((sheet,)))
    assert label.reprint is not None
    assert label.reprint.text == "REPRINT"


def test_the_other_language_has_its_own_label_and_says_that_nobody_reviewed_it() -> None:
    label = replace(METFORMIN, directions_other="Tome 1 tableta cada mañana.", language_other="Spanish")

    _, spanish = sheets_of(label)

    assert "Tome 1 tableta cada mañana." in words_on(spanish)
    assert "Translation (Spanish), not reviewed." in words_on(spanish)


def test_a_fourth_auxiliary_label_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 3"):
        replace(METFORMIN, warnings=(Warning(words="Shake well."),) * 4)


def test_three_auxiliary_labels_fit() -> None:
    texts = ("Swallow whole. Do not crush or chew.", "Take with a full glass of water.", "For external use only.")

    (sheet,) = sheets_of(replace(METFORMIN, warnings=tuple(Warning(words=each) for each in texts)))

    assert all(each in words_on(sheet) for each in texts)


@pytest.mark.parametrize(
    ("field", "words"),
    [("patient", "the patient's name"), ("directions", "directions"), ("rx_number", "the prescription number"),
     ("prescriber", "the prescriber"), ("address", "the pharmacy's address"), ("maker", "the maker")],
)  # fmt: skip
def test_a_label_names_what_it_lacks(field: str, words: str) -> None:
    assert missing(METFORMIN) == ()
    assert missing(replace(METFORMIN, **{field: " "})) == (words,)


def test_the_caution_counts_only_whole() -> None:
    assert has_caution(replace(METFORMIN, caution=TRANSFER_CAUTION))
    assert not has_caution(replace(METFORMIN, caution="Caution: Federal law prohibits the transfer."))


@pytest.mark.parametrize(
    ("amount", "unit", "form", "said"),
    [("30", "", "tablet", "30 tablets"), ("1", "", "capsule", "1 capsule"), ("237", "mL", "solution", "237 mL"),
     ("2.5", "mL", "drops", "2.5 mL"), ("4", "", "patch", "4 patches")],
)  # fmt: skip
def test_quantities_are_said_as_patients_read_them(amount: str, unit: str, form: str, said: str) -> None:
    assert quantity_words(Decimal(amount), unit=unit, form=form) == said


@pytest.mark.parametrize(
    ("left", "until", "said"),
    [(2, date(2027, 10, 12), "2 refills until Oct 12, 2027"), (1, None, "1 refill"),
     (0, None, "No refills: call your prescriber"), (-1, None, "No refills: call your prescriber")],
)  # fmt: skip
def test_refills_are_said_with_their_last_day(left: int, until: date | None, said: str) -> None:
    assert refill_words(left, until=until) == said


def test_each_dose_stands_on_its_own_line() -> None:
    said = "Take 1.5 tablets in the morning, and take 1 tablet at night. For blood pressure."

    assert direction_lines(said) == (
        "Take 1.5 tablets in the morning,", "and take 1 tablet at night.", "For blood pressure.",
    )  # fmt: skip


def test_a_tag_reads_back_and_names_no_drug(world: World) -> None:
    fill = queued(world)
    bag = world.cleo.bags.create(pharmacy=world.pharmacy, code="10001", made_at=world.now, place=world.places["W-12"])
    fill.bag = bag
    fill.save()

    tag = labels.bag_tag(bag)

    assert codes_in(painted(label_pdf.draw((bag_sheet(tag),), title="Bag"))) == [tag.code]
    assert not any("lisinopril" in words.lower() for words in names_on(tag))
    assert (tag.name, tag.place, tag.items) == ("Marchetti, Cleo", "W-12", "1 item")


def _filled(world: World, drug: str) -> Iterator[VialLabel]:
    fill = in_hand(world, queued(world, drug))
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(the_lot(world, drug)))
    fill.refresh_from_db()
    yield labels.vial_label(fill, world.now)


def test_the_label_of_a_real_fill_is_complete(world: World) -> None:
    label = next(_filled(world, "lisinopril 10 mg"))

    assert missing(label) == ()
    assert (label.medicine, label.quantity, label.refills) == ("Lisinopril 10 mg tablet", "30 tablets", "2 refills")
    assert (label.caution, label.phone) == ("", "(734)\N{NO-BREAK SPACE}555-0100")


@pytest.mark.parametrize(
    ("drug", "is_cautioned"),
    [("oxycodone 5 mg", True), ("zolpidem 10 mg", True), ("testosterone 200 mg/mL", True), ("warfarin 5 mg", False)],
)
def test_schedules_ii_to_iv_carry_the_caution(world: World, drug: str, is_cautioned: bool) -> None:
    assert (next(_filled(world, drug)).caution == TRANSFER_CAUTION) is is_cautioned


def test_filling_does_not_end_with_a_label_that_cannot_be_printed(world: World) -> None:
    fill = in_hand(world, queued(world))
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(the_lot(world)))
    filling.count(**act(world), fill_id=fill.pk, counted=Decimal(30))
    rx = fill.prescription
    rx.directions = "Take 1 tablet 三 times"
    rx.save()

    with pytest.raises(Refused, match="cannot be printed"):
        filling.finish(**act(world), fill_id=fill.pk)


def test_only_what_the_order_says_goes_on_an_auxiliary_label(world: World) -> None:
    fill = queued(world)
    assert labels.vial_label(fill, world.now).warnings == ()

    fill.prescription.directions = "Take 1 tablet by mouth every day with food."

    assert [each.words for each in labels.vial_label(fill, world.now).warnings] == ["Take with food."]
