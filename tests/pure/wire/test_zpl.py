"""Commands and escapes: Zebra, ZPL II Programming Guide (^FH hexadecimal, ^BX escapes _1, _dNNN and __)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pestle.terms.gtin import Gtin
from pestle.terms.lot import LotNumber
from pestle.wire import gs1, scan, zpl
from pestle.wire.errors import WireError

VIAL = zpl.Label(
    width=812,
    height=406,
    fields=(
        zpl.Box(10, 10, 790, 380, 3),
        zpl.Text(24, 30, 36, "Rivera, Cleo"),
        zpl.Text(24, 80, 30, "Take 1 tablet by mouth\nevery morning.", width=700, lines=4),
        zpl.Code128(24, 220, 80, "PXF7204418-01G"),
        zpl.DataMatrix(600, 200, "010030001012345510A_1~\x1d21S^1", is_gs1=True),
        zpl.QrCode(700, 200, "prise à 8 h, 5 µg", 3),
    ),
    copies=2,
    reprint=zpl.Text(600, 360, 24, "REPRINT 2"),
)

places = st.integers(0, 799)
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\n"), max_size=30)
ascii_words = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20)
matrix_words = st.text(st.characters(max_codepoint=127), min_size=1, max_size=20).filter(lambda text: text[0] != "\x1d")
modules = st.integers(1, 10)
texts = st.builds(zpl.Text, places, places, st.integers(10, 99), words, is_reversed=st.booleans())
blocks = st.builds(
    lambda x, y, lines: zpl.Text(x, y, 20, "\n".join(lines).replace("\\", "/"), width=300, lines=5),
    places,
    places,
    st.lists(words, min_size=1, max_size=4),
)
fields = st.one_of(
    texts,
    blocks,
    st.builds(zpl.Box, places, places, places, places, st.integers(1, 9)),
    st.builds(zpl.Code128, places, places, st.integers(10, 99), ascii_words, modules, st.booleans()),
    st.builds(zpl.DataMatrix, places, places, matrix_words, modules, st.booleans()),
    st.builds(zpl.QrCode, places, places, words.filter(bool), modules),
)
labels = st.builds(
    zpl.Label,
    width=st.just(800),
    height=st.just(800),
    fields=st.lists(fields, max_size=5).map(tuple),
    copies=st.integers(1, 999),
    reprint=st.none() | texts,
)


def test_a_label_is_written_as_the_printer_wants_it() -> None:
    label = zpl.Label(width=400, height=200, fields=(zpl.Text(5, 6, 30, "50% ^ ~ _ é"),), copies=3)

    assert zpl.encode((label,)).decode() == (
        "^XA\n^CI28^PW400^LL200\n^FO5,6^A0N,30,0^FH_^FD50% _5E _7E _5F é^FS\n^PQ3\n^XZ\n"
    )


@pytest.mark.parametrize(
    ("field", "commands"),
    [
        (zpl.Text(1, 2, 30, "a\nb", width=200, lines=2), r"^FO1,2^A0N,30,0^FB200,2,0,L,0^FH_^FDa\&b^FS"),
        (zpl.Text(1, 2, 30, "a\x1bb", is_reversed=True), "^FO1,2^A0N,30,0^FR^FH_^FDa_1Bb^FS"),
        (zpl.Box(1, 2, 30, 40, 5),                       "^FO1,2^GB30,40,5^FS"),
        (zpl.Code128(1, 2, 60, "PXB7", 3),               "^FO1,2^BY3^BCN,60,N,N,N,A^FH_^FDPXB7^FS"),
        (zpl.DataMatrix(1, 2, "01A\x1d2", is_gs1=True),  "^FO1,2^BXN,4,200,,,,_^FD_101A_12^FS"),
        (zpl.DataMatrix(1, 2, "^\x1d_"),                 "^FO1,2^BXN,4,200,,,,_^FD_d094_d029__^FS"),
        (zpl.QrCode(1, 2, "x_1"),                        "^FO1,2^BQN,2,4^FH_^FDMA,x_5F1^FS"),
    ],
)  # fmt: skip
def test_each_field_has_its_commands(field: zpl.Field, commands: str) -> None:
    assert field.render() == commands


def test_the_printers_end_reads_back_words_and_bar_codes() -> None:
    (label,) = zpl.decode(zpl.encode((VIAL,)))

    assert label == VIAL
    assert label.words == ("Rivera, Cleo", "Take 1 tablet by mouth\nevery morning.", "REPRINT 2")
    assert label.barcodes == ("PXF7204418-01G", "010030001012345510A_1~\x1d21S^1", "prise à 8 h, 5 µg")
    assert scan.read(label.barcodes[0]).rx_number == "7204418"


def test_a_product_code_survives_the_label() -> None:
    product = gs1.Gs1Scan.of(gtin=Gtin("00300010123455"), lot=LotNumber("A_1"), serial="S-9")
    label = zpl.Label(width=400, height=200, fields=(zpl.DataMatrix(0, 0, gs1.render(product), is_gs1=True),))

    (printed,) = zpl.decode(zpl.encode((label,)))

    assert gs1.parse(printed.barcodes[0]) == product


@settings(max_examples=100, deadline=None)
@given(st.lists(labels, min_size=1, max_size=3).map(tuple))
def test_whatever_is_printed_is_read_back_the_same(printed: tuple[zpl.Label, ...]) -> None:
    octets = zpl.encode(printed)

    assert zpl.decode(octets) == printed
    assert zpl.from_json(zpl.to_json(printed)) == printed
    assert octets.count(b"^XA") == octets.count(b"^XZ") == len(printed)
    assert octets.count(b"~") == 0


def test_a_label_of_another_program_is_not_changed_by_reading_it() -> None:
    foreign = (
        "^XA^LH30,30^CF0,20\r\n^FO20,10^ADN,90,50^FDWikipedia^FS^FO1,2^GB30,40,5^FS\n^FO2,2^A0N,9,0^FH_^FD_FF^FS^XZ"
    )

    (label,) = zpl.parse(foreign)

    assert (label.width, label.height, label.copies, label.reprint) == (0, 0, 1, None)
    assert label.fields == (
        zpl.Raw("^LH30,30^CF0,20"),
        zpl.Raw("^FO20,10^ADN,90,50^FDWikipedia^FS"),
        zpl.Box(1, 2, 30, 40, 5),
        zpl.Raw("^FO2,2^A0N,9,0^FH_^FD_FF^FS"),
    )
    assert zpl.render(label).replace("\n", "") == foreign.replace("\r\n", "").replace("\n", "")


def test_a_reprint_note_without_words_is_kept() -> None:
    note = "^FXreprint^FS"
    for foreign in (f"^XA{note}^XZ", f"^XA{note}^FO1,2^GB3,4,5^FS^XZ", f"^XA{note}^FO2,2^A0N,9,0^FH_^FD_FF^FS^XZ"):
        (label,) = zpl.parse(foreign)

        assert zpl.render(label).replace("\n", "") == foreign
        assert label.reprint is None


@pytest.mark.parametrize(
    ("octets", "where"),
    [
        (b"",                     "^XA"),
        (b"^XA^FO1,1",            "character 1"),
        (b"^XA^XZ~JA",            "character 7"),
        (b"^XA\xe9^XZ",           "byte 3"),
        (b"^XA^XA^XZ",            "^XA"),
        (b"^XA^CI28^PW100^LL50^FO100,1^GB1,1,1^FS^XZ", "field 1"),
        (b"^XA^PQ0^XZ",           "^PQ"),
    ],
)  # fmt: skip
def test_what_is_no_label_is_refused_with_its_place(octets: bytes, where: str) -> None:
    with pytest.raises(WireError) as caught:
        zpl.decode(octets)

    assert caught.value.where == where


@pytest.mark.parametrize(
    ("make", "where"),
    [
        (lambda: zpl.Text(-1, 0, 30, "a"),                             "^FO"),
        (lambda: zpl.Text(0, 0, 30, "a\nb"),                           "^FB"),
        (lambda: zpl.Text(0, 0, 30, "a\\&b", width=100),               "^FB"),
        (lambda: zpl.Text(0, 0, 30, "a" * 3073),                       "^FD"),
        (lambda: zpl.Text(0, 0, 30, "\ud800"),                         "^FD"),
        (lambda: zpl.Code128(0, 0, 30, "é"),                           "^BC"),
        (lambda: zpl.Code128(0, 0, 30, "a", 11),                       "^BY"),
        (lambda: zpl.DataMatrix(0, 0, "\x1d01", is_gs1=True),          "^BX"),
        (lambda: zpl.QrCode(0, 0, ""),                                 "^BQ"),
        (lambda: zpl.Raw("^XZ"),                                       "^XA"),
        (lambda: zpl.Label(width=100, height=0, fields=()),            "^PW"),
        (lambda: zpl.Label(width=9, height=9, fields=(), copies=1000), "^PQ"),
    ],
)  # fmt: skip
def test_a_value_no_printer_can_print_is_never_made(make: object, where: str) -> None:
    with pytest.raises(WireError) as caught:
        make()  # type: ignore[operator]

    assert caught.value.where == where


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ([],                                                                              "labels"),
        ({},                                                                              "labels"),
        ([5],                                                                             "label 1"),
        ([{"width": 9, "height": 9, "copies": 1}],                                        "label 1"),
        ([{"width": "9", "height": 9, "copies": 1, "fields": []}],                        "label 1, width"),
        ([{"width": 9, "height": 9, "copies": 1, "fields": [{"kind": "circle"}]}],        "label 1, field 1"),
        ([{"width": 9, "height": 9, "copies": 1, "fields": [{"kind": "raw"}]}],           "label 1, field 1"),
        ([{"width": 9, "height": 9, "copies": 1, "fields": [{"kind": "raw", "zpl": 1}]}], "label 1, field 1, zpl"),
        ([{"width": 9, "height": 9, "copies": 1, "fields": [{"kind": "raw", "y": 1}]}],   "label 1, field 1, y"),
        ([{"width": 9, "height": 9, "copies": 1, "fields": [], "reprint": {"kind": "raw", "zpl": "^FX"}}],
         "label 1, reprint"),
    ],
)  # fmt: skip
def test_json_that_is_no_label_is_refused_with_its_place(value: object, where: str) -> None:
    with pytest.raises(WireError) as caught:
        zpl.from_json(value)

    assert caught.value.where == where


def test_lengths_are_given_in_dots() -> None:
    assert (zpl.dots(tenths_of_inch=40), zpl.dots(tenths_of_inch=15)) == (812, 304)
