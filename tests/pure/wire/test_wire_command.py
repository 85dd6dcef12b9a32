import argparse
import json
from pathlib import Path

import pytest

from pestle.config.commands import wire

PACKAGE = b"]d201003000101234551727033110AB12\x1d21S-9"
LABEL = b"^XA\n^CI28^PW400^LL200\n^FO5,6^A0N,30,0^FH_^FDRivera, Cleo^FS\n^XZ\n"


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    wire.configure(parser)
    return wire.run(parser.parse_args(words))


@pytest.mark.parametrize(
    ("known_format", "octets"),
    [
        ("gs1",  PACKAGE),
        ("ndc",  b"0001012345"),
        ("scan", b"PXF7204418-01G"),
        ("zpl",  LABEL),
    ],
)  # fmt: skip
def test_what_decode_writes_as_json_encode_turns_into_the_same_bytes(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], known_format: str, octets: bytes
) -> None:
    (tmp_path / "scan").write_bytes(octets)

    assert run("decode", known_format, str(tmp_path / "scan"), "--json") == 0
    (tmp_path / "json").write_bytes(capfdbinary.readouterr().out)

    assert run("encode", known_format, str(tmp_path / "json")) == 0
    assert capfdbinary.readouterr().out == octets
    assert run("encode", known_format, str(tmp_path / "json"), "--output", str(tmp_path / "again")) == 0
    assert (tmp_path / "again").read_bytes() == octets


def test_people_get_a_tree_without_what_is_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "scan").write_bytes(b"0300010123455")

    assert run("decode", "gs1", str(tmp_path / "scan")) == 0

    assert capsys.readouterr().out.splitlines() == [
        "written: ean-13",
        "elements",
        "  1",
        "    ai: 01",
        "    value: 00300010123455",
        "gtin: 00300010123455",
        "ndc_candidates",
        "  1: 00001-0123-45",
        "  2: 00010-0123-45",
        "  3: 00010-1234-05",
    ]


@pytest.mark.parametrize(
    ("act", "octets", "said"),
    [
        ("decode", b"0100300010123454", "gs1: AI 01: GTIN 00300010123454 ends in 4; its check digit would be 5."),
        ("encode", b"{",                "It is no JSON"),
        ("encode", b"[" * 100_000,      "It is no JSON"),
        ("encode", b"\xff\xfe\xfd",     "It is no JSON"),
        ("encode", b"[]",               "gs1: elements:"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_that_names_the_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], act: str, octets: bytes, said: str
) -> None:
    (tmp_path / "file").write_bytes(octets)

    assert run(act, "gs1", str(tmp_path / "file")) == 2

    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert shown.err.count("\n") == 1


def test_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("decode", "gs1", str(tmp_path / "nothing")) == 2

    assert capsys.readouterr().err == f"pestle wire: {tmp_path / 'nothing'}: No such file or directory.\n"


def test_every_format_of_the_house_is_a_whole_codec() -> None:
    known = list(wire.formats())

    assert {"telecom", "script", "gs1", "ndc", "scan", "zpl"} <= set(known)
    for name in known:
        wire.codec(name)


def test_a_tree_shows_depth_zeros_and_invisible_characters() -> None:
    assert list(wire.tree(json.loads('{"a": {"b": [1, {"c": "x\\u001d"}], "d": null, "e": 0, "f": false}}'))) == [
        "a",
        "  b",
        "    1: 1",
        "    2",
        "      c: 'x\\x1d'",
        "  e: 0",
        "  f: False",
    ]
