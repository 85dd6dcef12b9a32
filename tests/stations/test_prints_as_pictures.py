"""Labels, tags and tickets as pictures of their printed pages, and their bar codes read back from the pictures."""

from dataclasses import replace

import pytest

from pestle.config.screens.prints import SPANISH, codes_in, longest, pictures_of
from pestle.stations.bench import label_pdf
from pestle.stations.bench.label_sheets import bag_sheet, sheets_of
from pestle.stations.bench.label_texts import TRANSFER_CAUTION, VialLabel
from tests.stations.test_labels import METFORMIN, TAG


@pytest.mark.parametrize(
    "label",
    [
        METFORMIN,
        replace(METFORMIN, caution=TRANSFER_CAUTION, mark="REPRINT", is_practice=True),
        replace(METFORMIN, directions_other=SPANISH, language_other="Spanish"),
        longest(METFORMIN),
    ],
    ids=["plain", "controlled", "Spanish", "long names"],
)
def test_both_codes_of_a_label_are_read_from_its_picture(label: VialLabel) -> None:
    pdf = label_pdf.draw(sheets_of(label, TAG), title="Label")

    read = [code for picture in pictures_of(pdf) for code in codes_in(picture)]

    assert sorted(read) == [TAG.code, METFORMIN.code]


def test_the_code_of_a_bag_tag_is_read_from_its_picture() -> None:
    (picture,) = pictures_of(label_pdf.draw([bag_sheet(TAG)], title="Bag"))

    assert codes_in(picture) == [TAG.code]


def test_a_label_is_black_on_white_with_nothing_in_grey_areas() -> None:
    (picture, *_) = pictures_of(label_pdf.draw(sheets_of(METFORMIN, TAG), title="Label"))

    shades = picture.convert("L").histogram()
    # Edges of letters are softened by the drawing; whole areas are black or white.
    assert (shades[0] + shades[255]) / sum(shades) > 0.9
