"""Bytes to values, JSON and back."""

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pestle.wire import script
from pestle.wire.script.tree import Element, parse, render

SAMPLES = Path(__file__).parents[2] / "samples" / "script"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.xml"))
FULL = (SAMPLES / "new_rx_full.xml").read_bytes()


def raw(name: str) -> bytes:
    return (SAMPLES / f"{name}.xml").read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_a_message_is_written_back_to_the_byte(name: str) -> None:
    assert script.encode(script.decode(raw(name))) == raw(name)


@pytest.mark.parametrize("name", NAMES)
def test_json_carries_a_message_to_the_byte(name: str) -> None:
    message = script.decode(raw(name))

    again = script.from_json(json.loads(json.dumps(script.to_json(message))))

    assert again == message
    assert script.encode(again) == raw(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_message_in_our_own_spelling_means_the_same_and_is_stable(name: str) -> None:
    message = script.decode(raw(name))

    ours = script.encode(replace(message, received=None))

    assert script.decode(ours).root == message.root
    assert script.encode(script.decode(ours)) == ours
    assert "as_received" not in script.to_json(script.decode(ours))


@pytest.mark.parametrize("name", [name for name in NAMES if "transfer" not in name])
def test_the_typed_values_write_the_whole_transaction_again(name: str) -> None:
    message = script.decode(raw(name))

    again = script.build(message.header, message.body, version_text=message.root.attribute("ECLVersion"))

    def plain(element: Element) -> Element:
        pieces = (plain(piece) if isinstance(piece, Element) else piece for piece in element.content)
        return Element(element.name, tuple(pieces), element.attributes)

    assert again.root.children == plain(message.root).children


def test_an_encoding_other_than_utf_8_comes_back_to_the_byte() -> None:
    latin = FULL.decode().replace("UTF-8", "ISO-8859-1").replace("Cleo", "Zoë").encode("iso-8859-1")

    message = script.decode(latin)

    assert script.encode(message) == latin
    assert script.encode(script.from_json(script.to_json(message))) == latin


def test_utf_8_that_calls_itself_utf_16_is_read() -> None:
    mislabelled = FULL.replace(b"UTF-8", b"utf-16")

    assert script.encode(script.decode(mislabelled)) == mislabelled


def test_a_changed_tree_wins_over_the_old_spelling() -> None:
    form = script.to_json(script.decode(raw("cancel_rx")))
    changed = json.loads(json.dumps(form["script"]).replace("ORD-3391", "ORD-9999"))

    message = script.from_json({"script": changed, "as_received": form["as_received"]})

    assert message.header.prescriber_order_number == "ORD-9999"
    assert b"ORD-9999" in script.encode(message)
    assert b"ORD-3391" not in script.encode(message)


def test_an_unknown_element_survives_in_its_place() -> None:
    text = FULL.replace(b"<DaysSupply>", b"<Unheard Of='x'><Deep/>of</Unheard><DaysSupply>")
    message = script.decode(text)
    assert isinstance(message.body, script.NewRx)

    again = script.build(message.header, message.body)

    medicine = again.root.children[1].children[0].children[-2]
    names = [child.name for child in medicine.children]
    assert names.index("Unheard") + 1 == names.index("DaysSupply")
    assert again.root == script.decode(text).root


NOT_MESSAGES: list[object] = [
    None, [], {}, "x", 1, {"script": None}, {"script": {"Message": None}}, {"script": {"Message": [1]}},
    {"script": {"Message": "", "Other": ""}}, {"script": {"Message": "", "@a": 1}}, {"script": {"1 bad": ""}},
    {"script": {"Message": "\0"}}, {"script": {"Message": "\ud800"}}, {"script": {"Message": "", "@x y": ""}},
    {"script": {"Message": ""}, "more": 1}, {"script": {1: ""}}, {"script": {"Message": ""}, "as_received": 1},
]  # fmt: skip


@pytest.mark.parametrize("form", NOT_MESSAGES)
def test_json_that_is_no_message_is_refused(form: object) -> None:
    with pytest.raises(script.ScriptError):
        script.from_json(form)


def test_json_as_deep_as_a_well_is_refused() -> None:
    form: object = ""
    for _ in range(5000):
        form = [{"a": form}]

    with pytest.raises(script.ScriptError, match="deeper"):
        script.from_json({"script": {"Message": form}})


XML_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12)
NAMED = st.sampled_from(["a", "Quantity", "Währung", "x-1", "_"])
SPACES = st.sampled_from(["", "", "urn:x", "urn:y&z"])
ATTRIBUTES = st.dictionaries(st.sampled_from(["a", "b", "{urn:x}a", "{urn:y}a"]), XML_TEXT | st.just("\t\n\r\"'<&>"))


def elements(inside: st.SearchStrategy[Element]) -> st.SearchStrategy[Element]:
    pieces = st.lists(inside | XML_TEXT | st.just(" \r\n\t<&]]>"), max_size=4)
    return st.builds(
        Element,
        name=NAMED,
        content=pieces.map(tuple),
        attributes=ATTRIBUTES.map(lambda pairs: tuple(pairs.items())),
        namespace=SPACES,
    )


TREES = elements(st.recursive(st.builds(Element, name=NAMED), elements, max_leaves=8))


@settings(max_examples=80, deadline=None)
@given(TREES)
def test_every_tree_is_read_back_from_its_xml(tree: Element) -> None:
    assert parse(render(tree)) == tree


@settings(max_examples=50, deadline=None)
@given(TREES)
def test_every_element_in_a_message_survives_json(tree: Element) -> None:
    message = script.decode(raw("status"))
    extended = script.Message(replace(message.root, content=(*message.root.content, tree)))

    assert script.from_json(json.loads(json.dumps(script.to_json(extended)))) == extended


SPLICES = [
    b"<",
    b">",
    b"</Patient>",
    b"<Patient/>",
    b"&",
    b"&#0;",
    b"&x;",
    b"<!DOCTYPE a>",
    b"<![CDATA[",
    b"9",
    b"\xff",
]
CUTS = st.tuples(st.integers(0, len(FULL)), st.integers(0, 40), st.binary(max_size=6) | st.sampled_from(SPLICES))


@settings(max_examples=100, deadline=None)
@given(st.lists(CUTS, max_size=4))
def test_damaged_bytes_are_read_or_refused_and_never_crash(cuts: list[tuple[int, int, bytes]]) -> None:
    damaged = FULL
    for at, length, instead in cuts:
        damaged = damaged[:at] + instead + damaged[at + length :]

    with suppress(script.ScriptError):
        message = script.decode(damaged)
        assert script.encode(message) == damaged
        assert script.encode(script.from_json(script.to_json(message))) == damaged


SWAPS = st.sampled_from(["", "-1", "1e9", "2026-13-01", "true", "9" * 40, " ", []])


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_message_whose_values_are_swapped_about_is_read_or_refused(data: st.DataObject) -> None:
    form = script.to_json(script.decode(FULL))["script"]
    leaves = [element for element in _walk(form) if isinstance(_content(element), str)]
    chosen = data.draw(st.sampled_from(leaves))
    chosen[_name(chosen)] = data.draw(XML_TEXT | SWAPS)

    with suppress(script.ScriptError):
        message = script.from_json({"script": form})
        assert script.decode(script.encode(message)).root == message.root


def _name(element: dict[str, object]) -> str:
    return next(key for key in element if not key.startswith("@"))


def _content(element: dict[str, object]) -> object:
    return element[_name(element)]


def _walk(element: dict[str, object]) -> list[dict[str, object]]:
    inside = _content(element)
    children = [child for child in inside if isinstance(child, dict)] if isinstance(inside, list) else []
    return [element, *(found for child in children for found in _walk(child))]
