"""The parts as template tags, and the answers a page gives to a refusal and to a scan."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.template import Context, Template
from django.template.exceptions import TemplateSyntaxError
from django.test import RequestFactory, override_settings

from pestle.calculations.worked import Check, Step, Worked
from pestle.pages.house.answers import GoOn
from pestle.pages.house.frame import Frame, RailStation, Waiting, rail
from pestle.pages.house.refusals import because, lift, refused
from pestle.pages.house.scans import scan_answer
from pestle.pages.house.shapes import Choice, Road, road
from pestle.pages.house.workings import working_of
from pestle.pages.parts import NOW, SCHEDULE_II, TOO_MANY
from pestle.terms.findings import Refused


def drawn(source: str, **given: Any) -> str:
    return Template("{% load words parts %}" + source).render(Context({"frame": Frame(now=NOW)} | given))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Schedule II needs a new prescription.", "No, because Schedule II needs a new prescription."),
        ("This lot is recalled.", "No, because this lot is recalled."),
        ("90 is more than the 60 prescribed.", "No, because 90 is more than the 60 prescribed."),
        ("Ben filled this himself.", "No, because Ben filled this himself."),
    ],
)
def test_a_rules_sentence_reads_on_from_because(sentence: str, expected: str) -> None:
    assert because(sentence) == expected


def test_a_no_says_who_can_lift_it() -> None:
    assert lift(SCHEDULE_II) == "Nobody"
    assert lift(TOO_MANY) == "A pharmacist"


def test_words_from_outside_cannot_become_markup() -> None:
    shown = drawn(
        '{% tag words "ok" %}{% field "Name" name="n" value=words %}{% panel words %}x{% endpanel %}{% drug words %}'
        "{% subject words allergies=words %}{% endsubject %}{% refusal_small finding %}",
        words="<script>1</script>",
        finding=Refused((TOO_MANY,)).findings[0],
    )

    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_a_finding_shows_under_the_field_it_speaks_of_and_is_named_by_it() -> None:
    shown = drawn(
        '{% field "Other" name="other" %}{% field "Fill" name="refused" note="in tablets" %}', findings=(TOO_MANY,)
    )

    assert shown.count("No, because 90 is more than the 60 prescribed.") == 1
    assert 'aria-describedby="id_refused-note id_refused-no-1"' in shown
    assert 'aria-invalid="true"' in shown


@pytest.mark.parametrize(
    ("allergies", "expected"),
    [(None, "Allergies not asked yet"), ([], "No known allergies"), (["Penicillin: hives"], "Penicillin: hives")],
)
def test_an_allergy_list_that_nobody_asked_for_is_no_empty_one(allergies: list[str] | None, expected: str) -> None:
    shown = drawn('{% subject "Cleo Marchetti" allergies=allergies %}{% endsubject %}', allergies=allergies)

    assert expected in shown


def test_a_panel_is_cut_at_its_marks() -> None:
    shown = drawn('{% panel "Lots" %}{% aside %}two{% body %}table{% footer %}Oldest first.{% endpanel %}')

    assert '<span class="small">two</span>' in shown
    assert '<div class="body">table</div>' in shown
    assert "<footer>Oldest first.</footer>" in shown


def test_a_word_after_a_named_one_is_a_mistake_of_the_page() -> None:
    with pytest.raises(TemplateSyntaxError):
        drawn('{% panel small="x" "Lots" %}{% endpanel %}')


def test_a_road_is_done_here_and_ahead() -> None:
    steps = road(
        (("Claim", False), ("Filling", False), ("Verification", True)), here="Filling", notes={"Claim": "1:50"}
    )

    assert [step.status for step in steps] == [Road.DONE, Road.HERE, Road.AHEAD]
    assert steps[0].note == "1:50"


def test_a_shut_way_keeps_its_place_and_takes_no_digit() -> None:
    shown = drawn("{% choice_list ways %}", ways=(Choice("One", value="1"), Choice("Two", shut="No."), Choice("Three")))

    assert shown.index("One") < shown.index("Two") < shown.index("Three")
    assert 'data-digit="2"><kbd data-cap="2">2</kbd><b>Three' in shown
    assert shown.count('aria-disabled="true"') == 1


def test_a_shut_act_is_never_a_disabled_button() -> None:
    shown = drawn('{% act "Sell" shut="opens when the last bag is scanned" %}')

    assert 'aria-disabled="true"' in shown
    assert " disabled" not in shown
    assert "opens when the last bag is scanned" in shown


def test_every_form_gets_its_own_act_number() -> None:
    assert drawn("{% act_id %}") != drawn("{% act_id %}")


def test_a_calculation_shows_its_steps_and_its_check() -> None:
    answer = Worked(
        name="Days' supply",
        value=Decimal("15.0"),
        unit="days",
        exact=None,
        rounding="",
        steps=(Step("Tablets ÷ a day", "60 ÷ 4", "15"),),
        check=Check("15 × 4", "60", "60", agrees=True),
        is_reviewed=False,
    )

    working = working_of(answer)

    assert working.answer.replace("\N{NO-BREAK SPACE}", " ") == "15 days"
    assert [step.sum for step in working.steps] == ["60 ÷ 4 = 15", "60, agrees"]
    assert "not reviewed" in working.foot


def test_a_refused_form_is_answered_in_place() -> None:
    request = RequestFactory().post("/fill/", headers={"HX-Request": "true"})

    answer = refused(request, Refused((TOO_MANY,)))

    assert answer.status_code == 409
    assert answer["HX-Retarget"] == "#refusals"
    assert b'data-field="refused"' in answer.content
    assert "HX-Trigger" not in answer


def test_a_refused_scan_is_heard_as_a_stop() -> None:
    request = RequestFactory().post("/scan/", headers={"HX-Request": "true", "X-Scan": "1"})

    answer = refused(request, Refused((TOO_MANY,)))

    assert json.loads(answer["HX-Trigger"])["scanned"]["state"] == "stop"


def test_a_refusal_without_scripts_is_a_page_that_leads_back() -> None:
    request = RequestFactory().post("/fill/", headers={"Referer": "http://testserver//elsewhere/?a=1"})

    answer = refused(request, Refused((SCHEDULE_II,)))

    assert answer.status_code == 409
    assert b"No, because Schedule II needs a new prescription for every fill." in answer.content
    assert b"<b>Nobody.</b>" in answer.content
    assert b'href="/elsewhere/?a=1"' in answer.content


@pytest.mark.parametrize("state", ["green", "", "Match"])
def test_a_scan_bar_knows_only_its_own_states(state: str) -> None:
    with pytest.raises(ValueError, match="A scan bar is"):
        scan_answer(state, "Match")


def test_a_scan_may_lead_to_another_page() -> None:
    answer = scan_answer("match", "Bag 118204", go="/where/1/")

    assert answer["HX-Redirect"] == "/where/1/"
    assert answer.status_code == 204


def test_a_redirect_becomes_go_there_only_for_a_kept_form() -> None:
    def view(request: Any) -> HttpResponse:
        answer = HttpResponseRedirect("/next/")
        answer.set_cookie("kept", "1")
        return answer

    kept = GoOn(view)(RequestFactory().post("/", headers={"HX-Request": "true"}))
    plain = GoOn(view)(RequestFactory().post("/"))

    assert (kept.status_code, kept["HX-Redirect"]) == (204, "/next/")
    assert kept.cookies["kept"].value == "1"
    assert plain.status_code == 302


@override_settings(ROOT_URLCONF="tests.pages.rail_urls")
def test_the_rail_shows_the_stations_that_exist_with_what_waits_there() -> None:
    request = RequestFactory().get("/filling/")

    groups = rail(request, {"filling": Waiting(open=14, late=3)})

    assert [group.stations for group in groups] == [
        (RailStation("Filling", "/filling/", "Alt 5", count=14, late=3),),
    ]
