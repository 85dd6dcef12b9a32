"""The calculator, practice and own shorthand: who may, what they show, what they keep."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pestle.calculations.catalogue import every
from pestle.records.calculations import KeptCalculation, PracticeAnswer
from pestle.records.events import AccessLog
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.records.shorthand import SigShorthand
from pestle.stations.entry import practice
from pestle.terms.roles import Role
from tests.world import World

pytestmark = pytest.mark.django_db
SignIn = Callable[[Worker], Client]
MIX = {"higher": "2.5", "higher__unit": "%", "lower": "1", "lower__unit": "%", "target": "2", "target__unit": "%",
       "total": "60", "total__unit": "g"}  # fmt: skip
DRIP = {"dose": "18", "dose__unit": "unit/kg/h", "weight": "176 lb", "concentration": "25,000 unit/250 mL",
        "drug": "heparin"}  # fmt: skip


def text_of(answer: Any) -> str:
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def fill(world: World) -> Fill:
    return world.fill()


def attached(world: World, client: Client, fill: Fill, name: str, typed: dict[str, str]) -> KeptCalculation:
    client.post(f"/calculator/fill/{fill.pk}/{name}/attach/", typed)
    return KeptCalculation.objects.latest("pk")


def test_every_calculation_has_a_page_with_a_field_for_each_input(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.ada)

    for entry in every():
        shown = text_of(client.get(f"/calculator/{entry.name}/"))
        assert all(f'name="{wanted.name}"' in shown for wanted in entry.inputs), entry.name


@pytest.mark.parametrize(("typed", "found"), [("bsa", "Body surface area"), ("drip", "Pump rate of a drip")])
def test_a_calculation_is_found_by_typing_what_one_wants(
    world: World, signed_in: SignIn, typed: str, found: str
) -> None:
    client = signed_in(world.ada)

    assert found in text_of(client.get("/calculator/find/", {"q": typed}))
    opened = client.get("/calculator/", {"q": typed}, follow=True)
    assert opened.status_code == 200
    assert opened.redirect_chain


def test_nothing_found_is_said(world: World, signed_in: SignIn) -> None:
    assert "No calculation is called that." in text_of(signed_in(world.ada).get("/calculator/", {"q": "zzzz"}))


def test_the_unit_beside_a_field_counts_and_the_picture_and_working_show(world: World, signed_in: SignIn) -> None:
    shown = text_of(signed_in(world.ada).post("/calculator/alligation-alternate/work/", MIX))

    assert "40 g" in shown
    assert "20 g" in shown
    assert "Alligation: 2.5% and 1% make 2%. 1 part of 2.5% to 0.5 part of 1%." in shown
    assert "Source: USP &lt;1160&gt;" in shown


def test_a_unit_typed_with_the_number_goes_before_the_one_beside_it(world: World, signed_in: SignIn) -> None:
    shown = text_of(
        signed_in(world.ada).post("/calculator/body-mass-index/work/", {"weight": "154 lb", "height": "170"})
    )

    assert "24.2 kg/m2" in shown


def test_half_typed_inputs_say_what_is_still_to_come(world: World, signed_in: SignIn) -> None:
    shown = text_of(signed_in(world.ada).post("/calculator/body-mass-index/work/", {"weight": "70"}))

    assert "Still to come: Height." in shown


def test_an_unusual_figure_asks_for_a_reason_and_shows_that_its_limit_is_unreviewed(
    world: World, signed_in: SignIn
) -> None:
    client, typed = signed_in(world.ada), {"weight": "210", "height": "180"}

    asked = text_of(client.post("/calculator/body-mass-index/work/", typed))
    taken = text_of(client.post("/calculator/body-mass-index/work/", typed | {"because": "weighed today"}))

    assert "say why it is right" in asked
    assert "Unreviewed limit" in asked
    assert "accepted because: weighed today" in taken
    assert "unreviewed limit" in taken


def test_a_fill_in_view_is_a_look_at_its_patient(world: World, signed_in: SignIn, fill: Fill) -> None:
    page = text_of(signed_in(world.ada).get(f"/calculator/fill/{fill.pk}/alligation-alternate/"))

    assert "Cleo Marchetti" in page
    assert AccessLog.objects.filter(patient=world.cleo, worker=world.ada).count() == 1


def test_an_administrator_calculates_but_sees_no_fill(world: World, signed_in: SignIn, fill: Fill) -> None:
    world.gil.role_names = [Role.ADMINISTRATOR.value]
    world.gil.save()
    client = signed_in(world.gil)

    assert client.get("/calculator/surface-area/").status_code == 200
    assert client.get(f"/calculator/fill/{fill.pk}/surface-area/").status_code == 409


def test_an_auditor_calculates_and_attaches_nothing(world: World, signed_in: SignIn, fill: Fill) -> None:
    world.gil.role_names = [Role.AUDITOR.value]
    world.gil.save()
    client = signed_in(world.gil)

    assert client.post("/calculator/alligation-alternate/work/", MIX).status_code == 200
    assert client.post(f"/calculator/fill/{fill.pk}/alligation-alternate/attach/", MIX).status_code == 409
    assert not KeptCalculation.objects.exists()


def test_the_last_inputs_come_back_for_this_patient_and_never_for_another(
    world: World, signed_in: SignIn, fill: Fill
) -> None:
    client = signed_in(world.ada)
    other_patient = world.cleo.__class__.objects.create(
        pharmacy=world.pharmacy, family="Abara", given="Nia", birth_on="1990-01-01", sex="F"
    )
    other = world.fill(world.prescribe("warfarin 5 mg", patient=other_patient))
    again = world.fill(world.prescribe("ibuprofen 800 mg"))
    page = "/calculator/fill/{}/body-mass-index/"

    client.post(page.format(fill.pk) + "work/", {"weight": "71.5", "height": "170"})

    assert "71.5" in text_of(client.get(page.format(again.pk)))
    assert "71.5" not in text_of(client.get("/calculator/body-mass-index/"))
    client.post(page.format(fill.pk) + "work/", {"weight": "71.5", "height": "170"})
    assert "71.5" not in text_of(client.get(page.format(other.pk)))
    # Having looked at somebody else, even the first patient's figures are typed anew.
    assert "71.5" not in text_of(client.get(page.format(fill.pk)))


def test_without_a_patient_nothing_is_kept(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.ada)
    client.post("/calculator/body-mass-index/work/", {"weight": "71.5", "height": "170"})

    assert "71.5" not in text_of(client.get("/calculator/body-mass-index/"))


def test_a_calculation_is_attached_and_shown_with_its_working(world: World, signed_in: SignIn, fill: Fill) -> None:
    client = signed_in(world.ada)

    kept = attached(world, client, fill, "alligation-alternate", MIX)
    shown = text_of(client.get(f"/calculator/kept/{kept.pk}/"))

    assert kept.inputs == {"higher": "2.5 %", "lower": "1 %", "target": "2 %", "total": "60 g"}
    for words in ("40 g", "Ada Okafor", "2.5 %", "waits for a pharmacist"):
        assert words in shown
    listed = text_of(client.get(f"/calculator/fill/{fill.pk}/"))
    assert "Mix two strengths to a third" in listed
    assert "waits for the pharmacist" in listed


def test_the_second_person_sees_the_order_and_none_of_the_first_figures(
    world: World, signed_in: SignIn, fill: Fill
) -> None:
    kept = attached(world, signed_in(world.ada), fill, "weight-drip", DRIP)

    shown = text_of(signed_in(world.dana).get(f"/calculator/kept/{kept.pk}/second/"))

    assert "Their figures are not shown" in shown
    assert kept.answer not in shown
    assert "176" not in shown
    assert signed_in(world.ada).get(f"/calculator/kept/{kept.pk}/second/").status_code == 409


def test_second_and_check_through_the_pages(world: World, signed_in: SignIn, fill: Fill) -> None:
    kept = attached(world, signed_in(world.ada), fill, "weight-drip", DRIP)

    signed_in(world.dana).post(f"/calculator/kept/{kept.pk}/second/", DRIP)
    signed_in(world.ben).post(f"/calculator/kept/{kept.pk}/check/")

    kept.refresh_from_db()
    assert (kept.second_by, kept.second_agrees, kept.checked_by) == (world.dana, True, world.ben)


def test_a_kept_calculation_prints_and_so_does_a_loose_one(world: World, signed_in: SignIn, fill: Fill) -> None:
    client = signed_in(world.ada)
    kept = attached(world, client, fill, "alligation-alternate", MIX)

    for answer in (
        client.get(f"/calculator/kept/{kept.pk}/sheet/"),
        client.post("/calculator/alligation-alternate/sheet/", MIX),
    ):
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")


def test_every_calculation_prints_one_of_its_practice_problems(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.ada)

    for topic in ("infusions", "quantity and days' supply", "business", "numerals", "identifiers"):
        for number in range(1, 6):
            if topic not in {entry.topic for entry in every() if entry.question}:
                continue
            problem = practice.problem_at(topic, "p", number)
            answer = client.post(f"/calculator/{problem.name}/sheet/", problem.given)
            assert answer.content.startswith(b"%PDF"), problem.name


def test_practice_asks_marks_shows_the_working_and_keeps_the_score(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.ada)
    begun = client.get("/practice/dilution/")
    here = begun.headers["Location"]
    seed = here.split("/")[3]
    problem = practice.problem_at("dilution", seed, 1)

    asked = text_of(client.get(here))
    client.post(f"{here}answer/", {"answer": problem.answer})
    marked = text_of(client.get(here))

    assert "The working shows once you have answered." in asked
    assert f"Right: {problem.answer}." in marked
    assert "Source:" in marked
    assert PracticeAnswer.objects.get().account == world.ada.account
    assert "<b>1 of 1</b> right so far" in text_of(client.get("/practice/"))
    assert "Nothing answered yet" in text_of(signed_in(world.gil).get("/practice/"))


def test_shorthand_is_proposed_and_approved_through_its_page(world: World, signed_in: SignIn) -> None:
    text = "take 1 tablet by mouth twice a day"
    signed_in(world.ada).post("/shorthand/propose/", {"short": "qxk", "text": text})
    row = SigShorthand.objects.get()

    refused = signed_in(world.ada).post(f"/shorthand/{row.pk}/approve/")
    approved = signed_in(world.ben).post(f"/shorthand/{row.pk}/approve/")

    assert (refused.status_code, approved.status_code) == (409, 302)
    shown = text_of(signed_in(world.hana).get("/shorthand/"))
    assert "Take 1 tablet by mouth 2 times a day." in shown
    assert "Propose a code" not in shown
