"""How many keys a task takes, pressed and counted in a real browser; `make keys` prints the table.

Two ceilings stand beside each task: what was promised, and what it takes today. A change that needs more keys than
today's fails here: raise a ceiling only with a word in the change about what the person at the bench gains from it.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import FilePayload, expect

from pestle.records.claims import Claim
from pestle.records.fills import Fill
from pestle.records.handover import Sale
from pestle.records.messages import Document, Message
from pestle.records.pharmacies import Bench, Partner, PartnerKind
from pestle.stations.bench import verification
from pestle.stations.scanning import bag_code, label_code, place_code
from tests.pages import test_street_browser as street
from tests.pages.hands import Hands
from tests.pages.test_claims import too_soon
from tests.pages.test_data_entry_browser import make_drugs_findable
from tests.pages.test_street_browser import arrive, here
from tests.payer import PretendPayer
from tests.stations.bench import bottle, the_lot
from tests.street import days_later, walk
from tests.world import World, an_act

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True, slots=True)
class Budget:
    """What a task may take: what was promised, and what it takes today."""

    task: str
    promised: int
    today: int
    unit: str = "keys"


BUDGETS = {
    "refill":   Budget("refill by scan, to label",                             promised=3,  today=3),
    "erx":      Budget("clean matched e-prescription, inbox to claim",         promised=8,  today=3),
    "paper":    Budget("new paper prescription for a known patient, to claim", promised=60, today=58),
    "reject":   Budget("reject 79 with vacation, to resubmitted",              promised=10, today=8),
    "fill":     Budget("fill: label, basket, bottle, count",                   promised=4,  today=4, unit="inputs"),
    "handover": Budget("one bag: scan, birth date, answer, signature, done",     promised=5,  today=5, unit="inputs"),
}  # fmt: skip


@pytest.fixture
def count(record_property: Callable[[str, object], None]) -> Callable[[str, Hands], None]:
    """Hold what was counted to the budget of a task; `make keys` prints it."""

    def counted(name: str, hands: Hands) -> None:
        budget = BUDGETS[name]
        found = hands.inputs if budget.unit == "inputs" else len(hands.keys)
        record_property("keys", (budget.task, f"{budget.promised} {budget.unit}", found))
        assert found <= budget.promised, f"{budget.task}: {found} {budget.unit}, {hands.keys}"
        assert found <= budget.today, f"{budget.task} took {budget.today} {budget.unit} before: {hands.keys}"

    return counted


world = street.world
ada = street.ada
ben = street.ben


def test_a_refill_is_three_keys_from_the_scan_of_its_label_to_the_next_label(
    world: World, ada: Hands, count: Callable[[str, Hands], None]
) -> None:
    printer = Partner.objects.create(
        pharmacy=world.pharmacy, kind=PartnerKind.PRINTER, name="Filling 1", host="127.0.0.1", port=9
    )  # fmt: skip
    Bench.objects.create(pharmacy=world.pharmacy, name="Filling 1", station="filling", printer=printer)
    days_later(world, -30)
    rx = world.prescribe(written_on=(world.now - timedelta(days=2)).date())
    first = walk(world, world.fill(rx), to="sold", by_plan=True)

    ada.page.goto(f"{ada.url}/drop-off/")
    ada.count_anew()
    ada.scan(label_code(first))
    ada.is_at(f"/refills/{first.prescription_id}/")
    ada.press("F10")
    refill = _after(ada, "/data-entry/*/")
    ada.press("F10")
    ada.is_at("/data-entry/")
    street.the_payer_answers(refill)
    verification.approve(act_id=an_act(), by=world.ben, at=timezone.now(), fill_id=refill.pk)
    ada.page.goto(f"{ada.url}/filling/")
    ada.press("F10")
    ada.is_at(f"/filling/{refill.pk}/")

    refill.refresh_from_db()
    assert (refill.state, refill.number) == ("queued", 2)
    assert Message.objects.filter(partner=printer, subject_id=refill.pk).exists()
    count("refill", ada)


def _after(hands: Hands, address: str) -> Fill:
    hands.page.wait_for_url(f"**{address}")
    return Fill.objects.latest("pk")


def test_a_clean_e_prescription_is_three_keys_from_the_inbox_to_its_claim(
    world: World, ada: Hands, count: Callable[[str, Hands], None]
) -> None:
    fill = arrive(ada.url)

    ada.page.goto(f"{ada.url}/drop-off/")
    ada.press("F10")
    ada.is_at(f"/drop-off/{fill.pk}/")
    ada.press("F10")
    ada.is_at(f"/data-entry/{fill.pk}/")
    ada.press("F10")
    ada.is_at("/data-entry/")

    fill.refresh_from_db()
    assert fill.state == "adjudicating"
    count("erx", ada)


def test_a_paper_prescription_for_cleo_is_sixty_keys_to_its_claim(
    world: World, ada: Hands, count: Callable[[str, Hands], None]
) -> None:
    make_drugs_findable()
    paper = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(paper, "PNG")
    scanned = FilePayload(name="paper.png", mimeType="image/png", buffer=paper.getvalue())
    written = here(timezone.now()) - timedelta(days=1)

    ada.page.on("filechooser", lambda asked: asked.set_files(scanned))
    ada.page.goto(f"{ada.url}/drop-off/")
    ada.count_anew()
    ada.press("F2")
    ada.is_at("/drop-off/new/")
    ada.is_in("[name=original]")
    ada.press("F4")
    expect(ada.page.locator("[name=original]")).not_to_have_value("")
    ada.press("F10")
    ada.page.wait_for_url("**/drop-off/new/?kind=paper&document=*")
    ada.is_in("#id_family")
    ada.type("mar", then="Enter")
    ada.type("cl", then="Enter")
    ada.type("031468", then="Enter")
    ada.sees("Cleo Marchetti")
    ada.type("nair", then="F10")
    fill = _after(ada, "/drop-off/*/")
    ada.press("4")
    ada.page.wait_for_selector(".candidate.is-chosen")
    ada.press("F10")
    ada.is_at(f"/data-entry/{fill.pk}/")
    ada.is_in("#id_drug")
    ada.type("lisin 10")
    ada.page.wait_for_selector("#results [data-row]")
    ada.press("ArrowDown", "Enter")
    ada.is_in("#id_written_on")
    ada.type(f"{written:%-m/%-d}", then="Enter")
    ada.press("Enter", "Enter", "Enter")
    ada.is_in("#id_directions")
    ada.type("1t po qd", then="Enter")
    ada.type("30", then="Enter")
    expect(ada.page.locator("#id_quantity")).to_have_value("30")
    ada.press("Enter")
    ada.type("2", then="F10")
    ada.is_at("/data-entry/")

    fill.refresh_from_db()
    rx = fill.prescription
    assert (fill.state, fill.quantity, fill.days_supply) == ("adjudicating", 30, 30)
    assert (rx.patient, rx.prescriber, rx.refills, rx.written_on) == (world.cleo, world.nair, 2, written.date())
    assert Document.objects.get().prescriptions.get() == rx
    count("paper", ada)


def test_a_reject_79_is_sent_again_as_a_vacation_supply_in_eight_keys(
    world: World, ada: Hands, payer: PretendPayer, count: Callable[[str, Hands], None]
) -> None:
    fill = too_soon(world, payer)

    ada.page.goto(f"{ada.url}/claims/{fill.pk}/")
    ada.count_anew()
    ada.press("1")
    ada.is_in("[name=leaves]")
    ada.type("+2", then="Enter")
    ada.type("+20", then="F10")
    ada.is_at("/claims/")
    street.the_payer_answers(fill)

    claim = Claim.objects.filter(fill=fill).latest("number")
    returns = here(timezone.now()) + timedelta(days=20)
    assert (claim.state, claim.clarification_codes) == ("paid", ["3"])
    assert f"returns {returns:%b %d, %Y}" in claim.override_reason
    count("reject", ada)


def test_a_fill_is_three_scans_and_a_count(world: World, ada: Hands, count: Callable[[str, Hands], None]) -> None:
    fill = walk(world, to="queued")

    ada.page.goto(f"{ada.url}/filling/")
    ada.count_anew()
    ada.scan(label_code(fill))
    ada.is_at(f"/filling/{fill.pk}/")
    ada.scan(place_code(world.places["B-07"]))
    ada.scan(bottle(the_lot(world)))
    ada.sees_heading("Match.")
    ada.is_in("#counted")
    ada.type("30", then="F10")
    ada.sees_heading("Filled.")

    fill.refresh_from_db()
    assert (fill.state, fill.counted) == ("filled", 30)
    count("fill", ada)


def test_a_bag_is_handed_over_by_scan_birth_date_answer_signature_and_done(
    world: World, ada: Hands, payer: PretendPayer, count: Callable[[str, Hands], None]
) -> None:
    fill = walk(world, to="in_will_call")
    Fill.objects.filter(pk=fill.pk).update(price=0)
    assert fill.bag is not None

    ada.page.goto(f"{ada.url}/pickup/")
    ada.count_anew()
    ada.scan(bag_code(fill.bag))
    ada.sees("A bag is in hand.")
    assert "Cleo" not in ada.page.content()
    ada.is_in("#said-birth")
    ada.type("3/14/68", then="Enter")
    ada.sees("two identifiers agree")
    ada.press("Alt+n")
    ada.sign("[data-pad]")
    ada.page.wait_for_selector("[data-act]:not([aria-disabled])")
    ada.press("F10")
    ada.sees("Sold.")

    sale = Sale.objects.get()
    assert (sale.counsel_answer, sale.taken_by) == ("refused", "Cleo Marchetti")
    assert fill.events().get(verb="sell").details["name"] == "compared with the tag of the bag"
    count("handover", ada)
