"""The troubles of real life in what prescribers send: each changes one plain order, or adds another message to it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from pestle.demo import names, numbers
from pestle.demo.orders import UNSPECIFIED, Order, Town, about, by_patient
from pestle.records.catalogue import Package, Product
from pestle.terms.schedule import Schedule

Change = Callable[[Order, Town, Random], list[Order] | None]
ANTIBIOTICS = ("sulfamethoxazole", "ciprofloxacin", "metronidazole", "levofloxacin", "fluconazole")
# What a patient with this allergy should not be given, by ingredient.
AGAINST = {
    "penicillin": ("amoxicillin", "penicillin v"), "amoxicillin": ("amoxicillin",),
    "sulfa drugs": ("sulfamethoxazole",), "ibuprofen": ("ibuprofen", "naproxen"), "aspirin": ("ibuprofen", "naproxen"),
    "codeine": ("tramadol", "oxycodone"), "morphine": ("morphine",), "lisinopril": ("lisinopril", "benazepril"),
}  # fmt: skip
SLIDING_SCALE = (
    "Inject under the skin before meals by scale: 150-199 2 units, 200-249 4 units, 250-299 6 units, 300-349 8 units; "
    "over 350 call the office"
)
TAPER = (
    "Take 4 tablets by mouth daily for 3 days, then 3 tablets daily for 3 days, then 2 tablets daily for 3 days, then "
    "1 tablet daily for 3 days"
)


def trouble_for(order: Order, town: Town, chance: Random) -> list[Order]:
    """This will give an order with the trouble that chance brings, most often none, and what comes along with it."""
    drawn = chance.random() * 100
    for name, percent, change in TROUBLES:
        drawn -= percent
        if drawn < 0:
            changed = change(order, town, chance)
            return [replace(each, trouble=each.trouble or name) for each in changed] if changed else [order]
    return [order]


def _say(order: Order, where: str, **said: Any) -> Order:
    return replace(order, said={**order.said, where: {**order.said[where], **said}})


def _name_misspelt(order: Order, town: Town, chance: Random) -> list[Order]:
    family = order.said["patient"]["family"]
    at = chance.randrange(1, len(family))
    return [_say(order, "patient", family=family[:at] + family[at:].replace(family[at], "", 1))]


def _birth_date_wrong(order: Order, town: Town, chance: Random) -> list[Order]:
    born = date.fromisoformat(order.said["patient"]["birth_on"])
    return [_say(order, "patient", birth_on=(born - timedelta(days=chance.choice((1, 9, 10)))).isoformat())]


def _moved(order: Order, town: Town, chance: Random) -> list[Order]:
    street = f"{chance.randrange(1, 999)} {chance.choice(names.STREETS)} Street"
    return [_say(order, "patient", address=street, phone=numbers.phone(chance.randrange(100)))]


def _unknown_patient(order: Order, town: Town, chance: Random) -> list[Order]:
    family, given = chance.choice(names.FAMILIES), chance.choice(names.FEMALE)
    born = town.today - timedelta(days=chance.randrange(7000, 30000))
    said = {"family": family, "given": given, "middle": "", "sex": "F", "birth_on": born.isoformat()}
    cards = [{**card, "cardholder_id": f"{card['pcn'][:2]}{chance.randrange(500000, 599999)}", "person_code": "01"}
             for card in order.said["coverages"][:1]]  # fmt: skip
    new = _say(order, "patient", address=f"{chance.randrange(1, 999)} Main Street", **said)
    return [replace(new, said={**new.said, "coverages": cards}, patient_id=None)]


def _spanish(order: Order, town: Town, chance: Random) -> list[Order] | None:
    speakers = [patient for patient in town.patients if patient.language == "es"]
    return [by_patient(order, chance.choice(speakers))] if speakers else None


def _no_unit(order: Order, town: Town, chance: Random) -> list[Order]:
    return [_say(order, "drug", unit_code=UNSPECIFIED)]


def _no_code(order: Order, town: Town, chance: Random) -> list[Order]:
    return [_say(order, "drug", ndc11="")]


def _other_maker(order: Order, town: Town, chance: Random) -> list[Order] | None:
    product = town.product_of(order)
    others = Package.objects.filter(product__formulation_id=product.formulation_id, is_in_directory=True)
    found = others.exclude(product=product).select_related("product").order_by("ndc11").first()
    return [_say(order, "drug", ndc11=found.ndc11)] if found else None


def _brand_asked(order: Order, town: Town, chance: Random) -> list[Order] | None:
    product = town.product_of(order)
    brands = Product.objects.filter(formulation_id=product.formulation_id, is_brand=True, is_in_directory=True)
    brand = brands.exclude(proprietary_name__iexact=product.nonproprietary_name).order_by("key").first()
    if brand is None:
        return None
    form = brand.dosage_form.lower().split(",")[0]
    said = f"{brand.proprietary_name} {brand.strength} {form}"[:105]
    return [_say(order, "drug", description=said, ndc11="", substitutions=chance.choice("001"))]


def _allergy(order: Order, town: Town, chance: Random) -> list[Order] | None:
    for patient in chance.sample(town.patients, min(len(town.patients), 200)):
        for allergy in patient.allergies.all():
            against = town.of(*AGAINST.get(allergy.allergen, ()))
            if against:
                return [about(by_patient(order, patient), chance.choice(against), town, chance)]
    return None


def _warfarin(order: Order, town: Town, chance: Random) -> list[Order] | None:
    takers = [
        patient
        for patient in town.patients
        if any("warfarin" in each.base_substances for each in town.taken.get(patient.pk, ()))
    ]
    antibiotics = town.of(*ANTIBIOTICS)
    if not takers or not antibiotics:
        return None
    return [about(by_patient(order, chance.choice(takers)), chance.choice(antibiotics), town, chance)]


def _controlled(order: Order, town: Town, chance: Random) -> list[Order] | None:
    stocked = town.controlled(chance.choice((Schedule.II, Schedule.III, Schedule.IV, Schedule.IV, Schedule.V)))
    return [about(order, chance.choice(stocked), town, chance)] if stocked else None


def _schedule_ii_with_refills(order: Order, town: Town, chance: Random) -> list[Order] | None:
    stocked = town.controlled(Schedule.II)
    return [_say(about(order, chance.choice(stocked), town, chance), "drug", refills="2")] if stocked else None


def _not_signed(order: Order, town: Town, chance: Random) -> list[Order] | None:
    changed = _controlled(order, town, chance)
    return [replace(each, said={**each.said, "is_signed": False}) for each in changed] if changed else None


def _too_soon(order: Order, town: Town, chance: Random) -> list[Order] | None:
    """Two prescribers write for the same drug: the second claim comes too soon."""
    other = chance.choice(town.prescribers)
    second = _say(order, "prescriber", family=other.family, given=other.given, npi=other.npi, erx_id=other.erx_id,
                  dea_number=other.dea_number, suffix=other.credential)  # fmt: skip
    return [replace(order, trouble="first of two"), replace(second, number=f"{order.number}-b", prescriber_id=other.pk)]


def _sent_twice(order: Order, town: Town, chance: Random) -> list[Order]:
    return [replace(order, copies=2)]


def _ordered_twice(order: Order, town: Town, chance: Random) -> list[Order]:
    return [replace(order, trouble="first of two"), replace(order, number=f"{order.number}-b", repeats=order.number)]


def _cancelled(order: Order, town: Town, chance: Random) -> list[Order]:
    cancel = replace(order, number=f"{order.number}-x", kind="CancelRx", cancels=order.number, after=0.0)
    return [order, cancel]


def _cancelled_later(order: Order, town: Town, chance: Random) -> list[Order]:
    cancel = replace(order, number=f"{order.number}-x", kind="CancelRx", cancels=order.number, after=45.0)
    return [order, cancel]


def _sliding_scale(order: Order, town: Town, chance: Random) -> list[Order] | None:
    stocked = town.of("insulin lispro", "insulin aspart")
    if not stocked:
        return None
    return [_say(about(order, chance.choice(stocked), town, chance), "drug", directions=SLIDING_SCALE)]


def _taper(order: Order, town: Town, chance: Random) -> list[Order] | None:
    stocked = town.of("prednisone")
    if not stocked:
        return None
    changed = about(order, chance.choice(stocked), town, chance)
    return [_say(changed, "drug", directions=TAPER, quantity="30", refills="0")]


def _unclear(order: Order, town: Town, chance: Random) -> list[Order]:
    return [_say(order, "drug", directions=f"{order.said['drug']['directions']} or as directed by the office")]


def _for_later(order: Order, town: Town, chance: Random) -> list[Order]:
    return [_say(order, "drug", effective_on=(town.today + timedelta(days=chance.randrange(5, 25))).isoformat())]


def _allergies_told(order: Order, town: Town, chance: Random) -> list[Order]:
    return [replace(order, said={**order.said, "allergies": {"none_known": True, "known": []}})]


TROUBLES: tuple[tuple[str, float, Change], ...] = (
    # name                     of a hundred  what it does
    ("name misspelt",          4.0, _name_misspelt),
    ("birth date wrong",       2.0, _birth_date_wrong),
    ("moved",                  2.0, _moved),
    ("unknown patient",        2.5, _unknown_patient),
    ("speaks Spanish",         3.0, _spanish),
    ("no unit",                3.0, _no_unit),
    ("no code",                6.0, _no_code),
    ("other maker",            5.0, _other_maker),
    ("brand asked",            3.0, _brand_asked),
    ("allergy",                2.0, _allergy),
    ("warfarin",               2.0, _warfarin),
    ("controlled",             6.0, _controlled),
    ("Schedule II, refills",   1.0, _schedule_ii_with_refills),
    ("not signed",             0.5, _not_signed),
    ("too soon",               2.0, _too_soon),
    ("sent twice",             2.0, _sent_twice),
    ("ordered twice",          1.5, _ordered_twice),
    ("cancelled",              1.0, _cancelled),
    ("cancelled later",        1.0, _cancelled_later),
    ("sliding scale",          1.0, _sliding_scale),
    ("taper",                  1.0, _taper),
    ("unclear",                1.0, _unclear),
    ("for later",              1.0, _for_later),
    ("allergies told",         3.0, _allergies_told),
)  # fmt: skip
