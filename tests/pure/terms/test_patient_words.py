import pytest

from pestle.terms.patient_words import SENTENCES, said_to_patient
from pestle.terms.sig.writing import NOT_REVIEWED


@pytest.mark.parametrize("name", SENTENCES)
def test_every_sentence_for_a_patient_is_written_in_english_and_spanish(name: str) -> None:
    assert set(SENTENCES[name]) == {"en", "es"}
    assert all(words.endswith((".", "?")) for words in SENTENCES[name].values())


def test_spanish_is_marked_until_a_translator_has_read_it() -> None:
    said = said_to_patient("offer", "es-US")

    assert (said.language, said.note) == ("es", NOT_REVIEWED)
    assert said.theirs.startswith("¿Tiene")
    assert said_to_patient("offer", "es", reviewed={"es"}).note == ""


@pytest.mark.parametrize("language", ["en", "", "vi"])
def test_a_language_that_is_not_written_here_stays_english(language: str) -> None:
    said = said_to_patient("offer", language)

    assert (said.words, said.theirs, said.note) == ("Do you have a question for the pharmacist?", "", "")
