"""Two identifiers, typed as the person at the counter says them; nothing is shown before, nothing is read out."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from pestle.records.patients import Patient, Proxy
from pestle.records.people import Worker

LEAST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The name in any order, each part at least begun, and the whole birth date."""

    name: str
    birth_on: date

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the name in small letters, without commas."""
        return tuple(self.name.casefold().replace(",", " ").split())

    def agree_with(self, patient: Patient) -> bool:
        """This will tell whether both are this patient's: the names begin alike and the birth date is equal."""
        return patient.birth_on == self.birth_on and self._names(patient.family, patient.given)

    def agree_with_proxy(self, proxy: Proxy, day: date) -> bool:
        """This will tell whether both are those of somebody who may collect for a patient on a day."""
        is_over = proxy.until_on is not None and proxy.until_on < day
        given, _, family = proxy.name.rpartition(" ")
        return not is_over and proxy.birth_on == self.birth_on and self._names(family, given)

    def _names(self, family: str, given: str) -> bool:
        """Try every place where the typed words may part into one name and the other, in both orders."""
        words = self.words
        return any(
            _begins(family, first) and _begins(given, second)
            for at in range(1, len(words))
            for first, second in ((words[:at], words[at:]), (words[at:], words[:at]))
        )


def collects_for(by: Worker, said: Identifiers, day: date) -> list[Patient]:
    """This will give whom somebody may collect for: themselves, and every patient who named them; nobody else."""
    by_birth = Q(birth_on=said.birth_on) | Q(proxies__birth_on=said.birth_on)
    rows = Patient.objects.filter(by_birth, pharmacy_id=by.pharmacy_id).distinct().prefetch_related("proxies")
    found = [each for each in rows.order_by("pk") if may_collect(said, each, day)]
    return sorted(found, key=lambda each: not said.agree_with(each))


def may_collect(said: Identifiers, patient: Patient, day: date) -> bool:
    """This will tell whether somebody may take a patient's bags: the patient, or who was named for it."""
    if said.agree_with(patient):
        return True
    return any(said.agree_with_proxy(proxy, day) for proxy in patient.proxies.all())


def _begins(name: str, said: tuple[str, ...]) -> bool:
    typed, whole = " ".join(said), " ".join(name.casefold().split())
    # A name of two letters is typed whole; of longer ones the beginning is enough.
    return len(typed) >= min(LEAST_LETTERS, len(whole)) and bool(whole) and whole.startswith(typed)
