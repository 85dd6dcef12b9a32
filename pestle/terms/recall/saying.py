"""What to say to a patient who has some of a recalled lot, in English and Spanish. Not reviewed by a pharmacist yet."""

from dataclasses import dataclass
from datetime import date

MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
MONTHS_ES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
PRESUMED_EN = "Yours may be one of them: the bottle tells us."
PRESUMED_ES = "El suyo puede ser uno de ellos: el frasco nos lo dirá."


@dataclass(frozen=True, slots=True)
class Said:
    """The same words in both languages."""

    english: str
    spanish: str


def what_to_say(*, drug: str, sold_on: date | None, is_serious: bool, is_presumed: bool) -> Said:
    """This will give the words for one patient; what the medicine does to this person is the pharmacist's to say."""
    day_en = f" on {MONTHS_EN[sold_on.month - 1]} {sold_on.day}" if sold_on else ""
    day_es = f" el {sold_on.day} de {MONTHS_ES[sold_on.month - 1]}" if sold_on else ""
    urgent_en = "Please do not take any more of it until you have spoken with our pharmacist, who is here now. "
    urgent_es = "Por favor, no tome más hasta que hable con nuestro farmacéutico, que está aquí ahora. "
    keep_en = "Please do not stop a medicine you need: our pharmacist will tell you what to do until we replace it. "
    keep_es = "No deje de tomar una medicina que necesita: el farmacéutico le dirá qué hacer hasta que la cambiemos. "
    presumed_en, presumed_es = (f"{PRESUMED_EN} ", f"{PRESUMED_ES} ") if is_presumed else ("", "")
    english = f"The maker has called back some of the {drug} we gave you{day_en}. {presumed_en}"
    spanish = f"El fabricante ha retirado parte de {drug} que le dimos{day_es}. {presumed_es}"
    english += f"{urgent_en if is_serious else keep_en}Bring what you have left in its bottle; we replace it."
    spanish += f"{urgent_es if is_serious else keep_es}Traiga lo que le queda en su frasco; se lo cambiamos."
    return Said(english, spanish)
