"""The ways on from one reject as a worker sees them: with what worked here before, and shut with the reason."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pestle.flows.fill import FILL
from pestle.records.catalogue import Package
from pestle.records.claims import Claim, ClaimReject
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.records.stock import StockItem
from pestle.rules.claims import (
    controlled_for_cash_beside_a_plan_is_the_pharmacists,
    therapy_rejects_are_the_pharmacists,
    third_same_claim_asks_the_pharmacist,
)
from pestle.rules.facts import FillFacts
from pestle.rules.reject_playbook import Deed, Need, Way, families_of, ways_of
from pestle.rules.rule import findings
from pestle.stations.payers.claim_answers import PayerAnswer, read_answer
from pestle.stations.payers.claim_cards import CORRECTABLE
from pestle.stations.payers.claim_opening import plans_of
from pestle.stations.payers.claim_request import LABELS
from pestle.terms.decimals import plain
from pestle.terms.findings import Finding
from pestle.terms.roles import PHARMACISTS
from pestle.wire.script.codes import CHANGE_REQUESTS
from pestle.wire.telecom.words import codes_of, reject_text

SHOULD_BE = re.compile(r"(?:SHOULD BE|EXPECTED|PCN) ([A-Z0-9]{2,20})(?: REQUIRED)?\b")
PLAN_LIMIT = re.compile(r"LIMIT (\d+(?:\.\d+)?)(?: PER (\d+) DAYS?)?")
# Ways that lead to waiting or elsewhere, and the step each one is; a fill that has gone on cannot take them.
STEPS = {Deed.HOLD: "hold", Deed.ASK_AUTHORIZATION: "ask_authorization", Deed.ASK_PRESCRIBER: "ask_prescriber"}
RESENDS = frozenset({Deed.RESEND, Deed.CORRECT, Deed.CHANGE, Deed.AUTHORIZED, Deed.NEXT_PLAN, Deed.NEW_CARD, Deed.DUR})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What this store did with this plan, code and drug before, and how often it was paid."""

    paid: int
    tried: int

    @property
    def words(self) -> str:
        return f"{self.paid} of {self.tried} paid here"


@dataclass(frozen=True, slots=True)
class AskShown:
    """One thing to type for a way: its value so far, and the choices where there are some."""

    name: str
    label: str
    kind: str
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()

    @property
    def note(self) -> str:
        """Say how a day may be typed."""
        return "12/20, or +20 for in 20 days" if self.kind == "day" else ""


@dataclass(frozen=True, slots=True)
class WayShown:
    """One way on as the page shows it; a shut one keeps its place with the findings that shut it."""

    way: Way
    title: str
    words: str
    verb: str
    evidence: Evidence | None = None
    aside: str = ""
    shut: tuple[Finding, ...] = ()
    asks: tuple[AskShown, ...] = ()


def ways_on(
    fill: Fill, claim: Claim, codes: tuple[str, ...], by: Worker, *, at: datetime, words: dict[str, str]
) -> tuple[WayShown, ...]:
    """This will give the ways on from a reject, what worked here before first, what is shut last."""
    there = _there(fill, claim, at=at)
    known = _experience(claim, codes)
    is_pharmacist = not by.roles.isdisjoint(PHARMACISTS)
    shown = []
    for way in ways_of(codes, there=there):
        if way.deed is Deed.PREPARE_DUR and is_pharmacist:
            continue
        shown.append(
            WayShown(
                way,
                filled_in(way.title, words),
                filled_in(way.words, words),
                filled_in(way.verb, words),
                known.get(way.key),
                _aside(way, words),
                _shut(way, fill, by, at=at),
                _asks(way, fill, claim, codes, at=at),
            )
        )
    # What worked here before comes first; what is shut stays last, in its place with its sentence.
    shown.sort(key=lambda each: (bool(each.shut), -_rate(each.evidence)))
    return tuple(shown)


def _rate(evidence: Evidence | None) -> float:
    return evidence.paid / evidence.tried if evidence and evidence.tried >= 2 else 0.0


def _aside(way: Way, words: dict[str, str]) -> str:
    if way.deed is Deed.CASH:
        return words["price"]
    return "no work" if way.deed is Deed.HOLD else ""


def _there(fill: Fill, claim: Claim, *, at: datetime) -> frozenset[Need]:
    patient = fill.prescription.patient
    plans = plans_of(patient, fill.local_day(at)) if patient else []
    later = claim.next_fill_on
    found = {
        Need.PAYER_DATE: later is not None and later > fill.local_day(at),
        Need.NEXT_PLAN: len(plans) > claim.order,
        Need.EARLIER_PAID: fill.claims.paid().exists(),
        Need.LIMIT: limit_of(claim) is not None,
    }
    return frozenset(need for need, is_there in found.items() if is_there)


def _shut(way: Way, fill: Fill, by: Worker, *, at: datetime) -> tuple[Finding, ...]:
    if way.deed is Deed.CHANGE and fill.is_unbilled_promise:
        words = "this fill has gone on: “Change and bill again” puts back what was counted."
        return (Finding(rule="past_the_claims_station", sentence=words),)
    facts = fill.facts(at, by, same_resubmissions=0 if way.deed is not Deed.RESEND or way.code else _run(fill))
    if way.deed in RESENDS:
        return findings((therapy_rejects_are_the_pharmacists, third_same_claim_asks_the_pharmacist), facts)
    if way.deed is Deed.CASH:
        return findings((controlled_for_cash_beside_a_plan_is_the_pharmacists,), facts)
    return _shut_by_the_table(way, fill, facts, by)


def _shut_by_the_table(way: Way, fill: Fill, facts: FillFacts, by: Worker) -> tuple[Finding, ...]:
    verb = STEPS.get(way.deed)
    if verb is None:
        return ()
    open_to = {each.step.verb: each for each in FILL.steps_open_to(facts, by.roles)}
    if verb not in open_to:
        return (Finding(rule="only_along_the_table", sentence="this fill has gone on: take it back to claims first."),)
    return tuple(each for each in open_to[verb].findings if each.rule == "who_may")


def _run(fill: Fill) -> int:
    prints = list(fill.claims.order_by("-number").values_list("fingerprint", flat=True))
    return next((at for at, each in enumerate(prints) if each != prints[0]), len(prints))


def _experience(claim: Claim, codes: tuple[str, ...]) -> dict[str, Evidence]:
    """Give by the key of a way how often it was taken here for this plan, code and drug, and how often it was paid."""
    if claim.fill.package is None:
        return {}
    rejects = ClaimReject.objects.filter(
        claim__pharmacy_id=claim.pharmacy_id,
        claim__coverage__plan_id=claim.coverage.plan_id,
        code__in=codes,
        claim__fill__package__product__formulation=claim.fill.package.product.formulation,
    ).exclude(resolution="")
    tried: dict[str, dict[int, bool]] = {}
    for reject in rejects.exclude(claim=claim).select_related("claim")[:200]:
        after = reject.claim.fill.claims.filter(number=reject.claim.number + 1).first()
        worked = after is not None and after.events().filter(verb="be_paid").exists()
        tried.setdefault(reject.resolution, {})[reject.claim_id] = worked
    return {key: Evidence(sum(found.values()), len(found)) for key, found in tried.items()}


def _asks(way: Way, fill: Fill, claim: Claim, codes: tuple[str, ...], *, at: datetime) -> tuple[AskShown, ...]:
    if way.deed is Deed.CORRECT:
        return _corrections(claim, codes)
    ready = laid_ready(fill) if way.deed is Deed.DUR else {}
    values = _values(fill, claim, ready, at=at)
    return tuple(
        AskShown(each.name, each.label, each.kind, values.get(each.name, ""), _options(each.kind, fill))
        for each in way.asks
    )


def _values(fill: Fill, claim: Claim, ready: dict[str, object], *, at: datetime) -> dict[str, str]:
    today = fill.local_day(at)
    limit = limit_of(claim)
    return {
        "quantity": limit[0] if limit else plain(fill.quantity),
        "days_supply": str(limit[1] if limit else fill.days_supply or ""),
        "wakes_on": _day(_next_working_day(today)),
        "authorization_kind": claim.authorization_kind or "1",
        "authorization_number": claim.authorization_number,
        "told_by": "patient",
        "old_ends_on": _day(today - timedelta(days=1)),
        "package": str(fill.package_id or ""),
        "change_code": "T",
        "change_reason": claim.payer_message,
        **_dur_values(claim, ready),
    }


def _dur_values(claim: Claim, ready: dict[str, object]) -> dict[str, str]:
    laid = ready.get("answers")
    if isinstance(laid, list) and laid:
        return dict(zip(("dur_reason", "dur_service", "dur_result"), map(str, laid[0]), strict=False))
    answer = answer_of(claim)
    reason = next((each.reason for each in answer.dur if each.reason), "") if answer else ""
    return {"dur_reason": reason or "DD", "dur_service": "M0", "dur_result": "1G"}


def _options(kind: str, fill: Fill) -> tuple[tuple[str, str], ...]:
    if kind == "packages":
        return packages_of(fill)
    if kind == "changes":
        return tuple((code, f"{code} {words}") for code, words in CHANGE_REQUESTS.items())
    return tuple((each.code, f"{each.code} {each.words}") for each in codes_of(kind))


def packages_of(fill: Fill, *, chosen: Package | None = None) -> tuple[tuple[str, str], ...]:
    """This will give the packages of the same drug that this store stocks, the fill's own first: key and words.

    `chosen` is among them whether it is stocked or not.
    """
    if fill.package is None:
        return ()
    same = Package.objects.filter(product__formulation_id=fill.package.product.formulation_id)
    ours = StockItem.objects.filter(pharmacy_id=fill.pharmacy_id).values("package_id")
    found = same.filter(pk__in=ours).select_related("product").order_by("ndc11")[:20]
    named = {each.pk: each for each in (fill.package, *([chosen] if chosen else []), *found)}
    return tuple((str(each.pk), f"{each.product.labeler}, NDC {each.ndc.dashed}") for each in named.values())


def _corrections(claim: Claim, codes: tuple[str, ...]) -> tuple[AskShown, ...]:
    names = [name for family in families_of(codes) for name in family.fields if name in CORRECTABLE]
    named = [reject.field for code in codes if (reject := reject_text(code)) and reject.field]
    first = [name for name in names if _NUMBERS.get(name) in named]
    expected = SHOULD_BE.search(claim.payer_message)
    asks = []
    for place, name in enumerate(dict.fromkeys([*first, *names])):
        value = str(claim.asked.get(name, ""))
        is_suggested = expected is not None and (name in first or (place == 0 and not first))
        shown = expected[1] if expected is not None and is_suggested else value
        asks.append(AskShown(name, LABELS[name], _KINDS.get(name, "text"), shown))
    return tuple(asks)


_NUMBERS = {
    "cardholder_id": "302-C2", "group": "301-C1", "person_code": "303-C3", "relationship": "306-C6", "bin": "101-A1",
    "pcn": "104-A4", "born_on": "304-C4", "sex": "305-C5", "prescriber_npi": "411-DB",
}  # fmt: skip
_KINDS = {"born_on": "day"}


def limit_of(claim: Claim) -> tuple[str, int] | None:
    """This will read the plan's limit out of its own words: quantity and days."""
    found = PLAN_LIMIT.search(claim.payer_message)
    if not found:
        return None
    return found[1], int(found[2] or claim.days_billed)


def laid_ready(fill: Fill) -> dict[str, object]:
    """This will give the DUR answer a technician laid ready last, with by whom and when."""
    laid = fill.events().filter(verb="prepare_dur").select_related("worker").last()
    return {**laid.details, "by": laid.worker.short_name, "at": laid.at} if laid else {}


def _next_working_day(day: date) -> date:
    later = day + timedelta(days=1)
    while later.weekday() >= 5:
        later += timedelta(days=1)
    return later


def _day(day: date) -> str:
    return f"{day:%m/%d/%Y}"


def answer_of(claim: Claim) -> PayerAnswer | None:
    """This will read the newest answer of a claim again from its bytes."""
    kept = claim.exchanges.exclude(response=None).order_by("-number").first()
    return read_answer(bytes(kept.response), is_reversal=kept.kind == "B2") if kept and kept.response else None


def filled_in(text: str, words: dict[str, str]) -> str:
    """This will put the words of one reject into a text of the playbook."""
    return text.format(**words)
