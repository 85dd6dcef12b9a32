# ruff: noqa: E501 (one case a line)
"""Label text in English and Spanish."""

import pytest

from pestle.terms.sig import read_directions, write_directions

SPANISH = [
    ("1-2 tabs po q4-6h prn pain, max 8 per day", "Tome de 1 a 2 tabletas por la boca cada 4 a 6 horas según sea necesario para el dolor. No tome más de 8 tabletas en 24 horas."),
    ("inject 12 units subcut qam and 10 units qpm", "Inyecte 12 unidades debajo de la piel una vez al día por la mañana e inyecte 10 unidades debajo de la piel una vez al día por la tarde."),
    ("2 puffs bid rinse mouth after use", "Haga 2 inhalaciones 2 veces al día. Enjuáguese la boca con agua después de usarlo."),
    ("1 tab at 1 pm", "Tome 1 tableta por la boca una vez al día a la 1 p.m."),
    ("1 tab po prn nausea/vomiting q8h", "Tome 1 tableta por la boca cada 8 horas según sea necesario para las náuseas o los vómitos."),
    ("1/2 tab po daily x 1 week then 1 tab daily", "Tome 1/2 tableta por la boca una vez al día durante 1 semana, luego tome 1 tableta por la boca una vez al día."),
    ("apply 2 g to the right knee qid", "Aplique 2 g en la rodilla derecha 4 veces al día."),
    ("apply 1 g to elbows and knees bid", "Aplique 1 g en los codos y en las rodillas 2 veces al día."),
    ("apply 1 patch to lower back daily", "Aplique 1 parche en la parte baja de la espalda una vez al día."),
    ("1 tab po q6h prn hip pain", "Tome 1 tableta por la boca cada 6 horas según sea necesario para el dolor de cadera."),
]  # fmt: skip


@pytest.mark.parametrize(("written", "label"), SPANISH)
def test_spanish_is_written_as_patients_read_it(written: str, label: str) -> None:
    assert write_directions(read_directions(written), "es").text == label


def test_spanish_is_marked_until_a_translator_has_read_it() -> None:
    directions = read_directions("1 tab po bid")

    marked = write_directions(directions, "es")
    read = write_directions(directions, "es", reviewed_languages=frozenset({"en", "es"}))

    assert marked.note == "not yet reviewed by a qualified translator"
    assert read.note == ""
    assert write_directions(directions).note == ""


def test_words_without_a_translation_are_named() -> None:
    directions = read_directions("1 tab po daily prn hiccups")

    assert write_directions(directions, "es").untranslated == ("hiccups",)


def test_a_place_without_a_translation_is_named() -> None:
    written = write_directions(read_directions("apply 1 patch to lower abdomen daily"), "es")

    assert written.untranslated == ("lower abdomen",)


def test_a_tablet_is_never_applied_to_a_knee_without_a_question() -> None:
    asked = read_directions("take 1 tablet to knee bid").questions

    assert [question.field for question in asked] == ["route"]


def test_a_language_without_a_phrase_book_is_refused() -> None:
    with pytest.raises(ValueError, match="No phrase book"):
        write_directions(read_directions("1 tab po bid"), "fr")


@pytest.mark.parametrize("once", ["once", "Once"])
def test_spanish_never_says_once(once: str) -> None:
    text = write_directions(read_directions(f"take 1 tablet by mouth {once} a day"), "es").text

    assert "once" not in text.lower().split()
