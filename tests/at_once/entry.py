"""Scenes of what is typed and looked up: data entry, patients, shorthand, practice."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from pestle.records.calculations import KeptCalculation
from pestle.records.patients import Coverage, Proxy
from pestle.records.shorthand import SigShorthand
from pestle.records.stock import PackageFigure
from pestle.stations.entry import calculator, compounds, package_figures, patients, shorthand
from pestle.stations.entry.pre_check import PRESETS
from tests.at_once.bench import ANEW, alert, of
from tests.at_once.scenes import plain
from tests.stations.bench import act
from tests.stations.test_calculator import HEPARIN, MIX
from tests.street import walk
from tests.world import World

KEPT = "the same words again leave everything as it is"


def proxy(world: World) -> Proxy:
    patients.add_proxy(**act(world), patient_id=world.cleo.pk, name=f"Leo {Proxy.objects.count()}", relation="family")
    return Proxy.objects.latest("pk")


def proposed(world: World) -> SigShorthand:
    short = f"zz{SigShorthand.objects.count()}"
    return shorthand.propose(**act(world), short=short, text="Take with plenty of water.")


def coverage(world: World) -> Coverage:
    return Coverage.objects.create(
        patient=world.cleo, plan=world.plan, order=2 + Coverage.objects.count(), cardholder_id="CM2", group="G1"
    )


DRIP = calculator.Asked(given=HEPARIN)


def drip(world: World) -> KeptCalculation:
    """A calculation that two people have to work."""
    return calculator.attach(**act(world), fill_id=world.fill().pk, name="weight-drip", asked=DRIP)


def a_calculation(world: World) -> dict[str, Any]:
    return of(walk(world, to="queued"), name="alligation-alternate", asked=calculator.Asked(given=MIX))


def kept(world: World) -> KeptCalculation:
    return calculator.attach(**act(world), **a_calculation(world))


def a_new_phone(world: World) -> dict[str, str]:
    return {"phone": f"734555{world.cleo.pk % 10_000:04}"}


INGREDIENT = {"form": "05", "unit": "1", "ndc": "68180-0980-01"}
FIGURE = {"dose_unit": "puff", "doses": Decimal(200), "in_quantity": Decimal("6.7")}


def compounded(world: World) -> dict[str, Any]:
    fill = walk(world, to="in_entry")
    compounds.set_ingredient(**act(world), fill_id=fill.pk, **INGREDIENT, quantity=Decimal(10))
    return of(fill, ingredient_id=fill.prescription.ingredients.get().pk)


def figured(world: World) -> dict[str, Any]:
    """A figure of a package that nobody has checked; there is one of each package in the house."""
    PackageFigure.objects.filter(pharmacy=world.pharmacy).delete()
    fill = walk(world, to="in_entry")
    package_figures.say_figure(**act(world), fill_id=fill.pk, **FIGURE)
    return of(fill, figure_id=PackageFigure.objects.get(pharmacy=world.pharmacy).pk)


def a_figure(world: World) -> dict[str, Any]:
    PackageFigure.objects.filter(pharmacy=world.pharmacy).delete()
    return of(walk(world, to="in_entry"), **FIGURE)


def asking(world: World) -> dict[str, Any]:
    return of(walk(world, to="in_entry"), question="How often?", wakes_at=world.now + timedelta(days=1))


def condition(world: World) -> dict[str, Any]:
    row = world.cleo.conditions.create(words="gout", noted_on=world.now.date())
    return {"condition_id": row.pk, "because": "Dr. Nair: over"}


def of_cleo(world: World, **more: Any) -> dict[str, Any]:
    return {"patient_id": world.cleo.pk, **more}


plain("data_entry.save_entry", lambda world: of(walk(world, to="in_entry"), typed={"quantity": "30"}), both=ANEW)
plain(
    "data_entry.clarify_directions",
    lambda world: of(walk(world, to="in_entry"), directions="Take 1 tablet by mouth every day.", said_by="M. Cole RN"),
    by="ben",
    both=ANEW,
)
plain("data_entry.finish_entry", lambda world: of(walk(world, to="in_entry"), payment="cash"))
plain(
    "data_entry.store_on_profile", lambda world: of(walk(world, to="in_entry"), wakes_at=world.now + timedelta(days=5))
)
plain("data_entry.refuse_to_fill", lambda world: of(walk(world, to="in_entry"), reason="not a valid order"), by="ben")
plain("data_entry.cancel_fill", lambda world: of(walk(world, to="in_entry"), reason="does not want it"))
plain(
    "data_entry.choose_product",
    lambda world: of(walk(world, to="in_entry"), product_id=world.packages["lisinopril 10 mg"].product_id),
    both=ANEW,
)
plain(
    "pre_check.decide",
    lambda world: {"finding_id": alert(world).pk, "preset": PRESETS[0].name, "remark": "asked"},
    by="ben",
    both=ANEW,
)
plain("patients.add_condition", lambda world: of_cleo(world, words="asthma"), both=KEPT)
plain("patients.add_proxy", lambda world: of_cleo(world, name="Leo Marchetti", relation="family"), both=KEPT)
plain("patients.end_proxy", lambda world: {"proxy_id": proxy(world).pk}, both=KEPT)
plain("patients.waive_caps", lambda world: of_cleo(world, is_waived=True), both=KEPT)
plain("patients.end_coverage", lambda world: {"coverage_id": coverage(world).pk}, both=KEPT)
plain("patients.edit", lambda world: of_cleo(world, typed={"phone": "7345550199"}), both=KEPT)
plain(
    "patients.end_allergy",
    lambda world: {
        "allergy_id": world.cleo.allergies.create(allergen="codeine", reaction="itch", noted_on="2019-04-02").pk,
        "because": "never had it",
    },
    both=KEPT,
)
plain("shorthand.propose", lambda world: {
    "short": f"yy{SigShorthand.objects.count()}", "text": "Take with plenty of water."})  # fmt: skip
plain("shorthand.approve", lambda world: {"shorthand_id": proposed(world).pk}, by="ben", both=KEPT)
plain(
    "shorthand.retire",
    lambda world: {
        "shorthand_id": shorthand.approve(**act(world, world.ben), shorthand_id=proposed(world).pk).pk,
        "because": "not used",
    },
    by="ben",
)
plain("patients.bill_first", lambda world: {"coverage_id": coverage(world).pk}, both=KEPT)
plain(
    "prescribers.edit",
    lambda world: {"prescriber_id": world.nair.pk, "typed": {"phone": f"734555{world.cleo.pk % 10000:04}"}},
    both=KEPT,
)
plain("calculator.attach", a_calculation, both=ANEW)
plain("calculator.set_aside", lambda world: {"kept_id": kept(world).pk, "because": "wrong cream"})
plain("calculator.check", lambda world: {"kept_id": kept(world).pk}, by="ben", both=KEPT)
plain("calculator.calculate_again", lambda world: {"kept_id": drip(world).pk, "asked": DRIP}, by="ben")
plain(
    "compounds.set_ingredient",
    lambda world: of(walk(world, to="in_entry"), **INGREDIENT, quantity=Decimal(10)),
    both=ANEW,
)
plain("compounds.drop_ingredient", compounded)
plain("data_entry.accept_directions", lambda world: of(walk(world, to="in_entry")), both=ANEW)
plain("package_figures.say_figure", a_figure, both=ANEW)
plain("package_figures.check_figure", figured, by="ben", both=KEPT, once=True)
plain("questions.ask_prescriber", asking)
plain("questions.keep_question", asking)
plain("patients.end_condition", condition, both=KEPT)
