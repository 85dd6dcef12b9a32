"""What is said to a patient, in the patient's language where it is written here: English, and Spanish beside it.

Adding a language is adding its sentences; until a qualified translator has read them they carry a note that says so.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pestle.terms.sig.writing import NOT_REVIEWED

FIRST = "en"
SENTENCES: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "offer because": {
        "en": "The pharmacist would like to talk with you. Do you have a minute?",
        "es": "La farmacéutica o el farmacéutico quisiera hablar con usted. ¿Tiene un minuto?",
    },
    "offer": {
        "en": "Do you have a question for the pharmacist?",
        "es": "¿Tiene alguna pregunta para la farmacéutica o el farmacéutico?",
    },
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class SaidToPatient:
    """A sentence for the patient: in English, and in the patient's own language where it is another one."""

    words: str
    language: str = FIRST
    theirs: str = ""
    note: str = ""


def said_to_patient(name: str, language: str, *, reviewed: Collection[str] = ()) -> SaidToPatient:
    """This will give a sentence for a patient of a language; a language that is not written here stays English."""
    known = SENTENCES[name]
    code = language.split("-", maxsplit=1)[0].lower()
    if code == FIRST or code not in known:
        return SaidToPatient(known[FIRST])
    return SaidToPatient(known[FIRST], code, known[code], "" if code in reviewed else NOT_REVIEWED)
