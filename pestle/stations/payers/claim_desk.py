"""All about one reject: its cause in plain words, its dates, the tries so far with what differed, the full exchange."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from pestle.flows.claim import ClaimState
from pestle.flows.fill import FILL, PROMISED, FillState
from pestle.records.claims import Claim, Exchange
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.rules.claims import store_goes_on_unbilled
from pestle.rules.facts import FillFacts
from pestle.rules.reject_playbook import Family, families_of
from pestle.rules.rule import findings
from pestle.stations.payers.claim_answers import PayerAnswer
from pestle.stations.payers.claim_options import WayShown, answer_of, filled_in, laid_ready, limit_of, ways_on
from pestle.stations.payers.claim_request import Difference, differences
from pestle.stations.payers.claim_settling import chain
from pestle.stations.payers.pricing import cash_price
from pestle.terms.decimals import plain
from pestle.terms.findings import Finding, Refused
from pestle.terms.money import Money
from pestle.terms.phone import Phone
from pestle.wire.telecom import TelecomError, split, to_json
from pestle.wire.telecom.words import reject_text

S = ClaimState
# Field, group and segment separators; STX and ETX come from some switches.
_SEPARATORS = {"\x1c": "‹FS›", "\x1d": "‹GS›", "\x1e": "‹RS›", "\x02": "‹STX›", "\x03": "‹ETX›"}
TAKES_BACK = ("take_back", "return_to_stock")
DAYS_ES = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MONTHS_ES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Code:
    """One reject code in our words."""

    code: str
    words: str
    is_pharmacists: bool


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of an early refill: filled, today, the plan pays again, the supply runs out."""

    filled_on: date
    today: date
    pays_on: date
    runs_out_on: date
    quantity: Decimal

    @property
    def days(self) -> int:
        return (self.runs_out_on - self.filled_on).days

    @property
    def day(self) -> int:
        """Which day since the last fill today is."""
        return (self.today - self.filled_on).days

    @property
    def left(self) -> Decimal:
        """What should be left today, in billing units, at an even pace."""
        used = self.quantity * (self.today - self.filled_on).days / max(self.days, 1)
        return max(self.quantity - used, Decimal(0)).quantize(Decimal(1))


@dataclass(frozen=True, slots=True)
class Tried:
    """One try so far: what was asked, what came back, who sent it, and what differed from the try before."""

    claim: Claim
    asked: str
    said: str
    by: str
    changed: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class RejectPage:
    """All about one reject."""

    fill: Fill
    claim: Claim
    codes: tuple[Code, ...]
    families: tuple[Family, ...]
    cause: str
    say: tuple[str, str]
    ways: tuple[WayShown, ...]
    dates: Dates | None
    tries: tuple[Tried, ...]
    answer: PayerAnswer | None
    tries_left: int
    prepared: dict[str, object]
    take_back: str = ""

    @property
    def help_desk(self) -> str:
        """The payer's telephone, as the answer gave it, else as the plan's card does."""
        number = self.claim.help_desk_phone or self.claim.coverage.plan.help_desk_phone
        try:
            return str(Phone.read(number))
        except ValueError:
            return number


def reject_page(fill: Fill, by: Worker, *, at: datetime) -> RejectPage | None:
    """This will gather all about a fill's newest claim; nothing where none was ever sent."""
    claims = chain(fill)
    if not claims:
        return None
    claim = claims[-1]
    rejects = tuple(claim.rejects.order_by("position"))
    codes = tuple(each.code for each in rejects)
    answer = answer_of(claim)
    words = _words(fill, claim, at=at)
    families = families_of(codes)
    facts = fill.facts(at, by)
    return RejectPage(
        fill=fill,
        claim=claim,
        codes=tuple(Code(each.code or "no code", code_words(each.code), each.is_pharmacists) for each in rejects),
        families=families,
        cause=filled_in(families[0].cause, words),
        say=(filled_in(families[0].say, words), filled_in(families[0].say_es, words)),
        ways=ways_on(fill, claim, codes, by, at=at, words=words) if _is_to_be_cleared(fill, claim) else (),
        dates=_dates(fill, claim, at=at),
        tries=_tries(fill),
        answer=answer,
        tries_left=max(2 - facts.same_resubmissions, 0),
        prepared=laid_ready(fill),
        take_back=_take_back(fill, facts, by),
    )


def _is_to_be_cleared(fill: Fill, claim: Claim) -> bool:
    has_gone_on = fill.is_unbilled_promise and fill.state in PROMISED and claim.state == S.REJECTED
    return has_gone_on or fill.state in _CLEARED_FROM


def _take_back(fill: Fill, facts: FillFacts, by: Worker) -> str:
    """Give the step that takes a fill back which went on unbilled: to claims, or from will-call to its shelf."""
    if not fill.is_unbilled_promise or not facts.rejects:
        return ""
    steps = [step for verb in TAKES_BACK if (step := FILL.step(verb, fill.state)) is not None]
    return next((step.verb for step in steps if not by.roles.isdisjoint(step.who)), "")


def code_words(code: str) -> str:
    """This will give our plain words for a reject code."""
    known = reject_text(code)
    return known.words if known else "The plan gave no words of its own for this code."


def exchange_lines(exchange: Exchange) -> dict[str, list[tuple[str, str, str, str]]]:
    """This will make both messages of an exchange readable: segment, number, name and value, line by line."""
    return {
        "Sent": _lines(bytes(exchange.request)),
        "Answered": _lines(bytes(exchange.response)) if exchange.response else [],
    }


def readable(raw: bytes) -> str:
    """This will show the bytes of a message with its separators by their names, which every screen can write."""
    text = raw.decode("ascii", "backslashreplace")
    return "".join(_SEPARATORS.get(each, f"‹{ord(each):02X}›") if ord(each) < 32 else each for each in text)


def _lines(raw: bytes) -> list[tuple[str, str, str, str]]:
    try:
        shown = to_json(split(raw))
    except TelecomError as fault:
        return [("", "", "cannot be read", str(fault))]
    header = [("header", number, "", str(value)) for number, value in shown["header"].items() if value]
    groups = [shown["segments"], *shown["transactions"]]
    fields = [
        (segment["segment"], each["number"], each["name"], each["value"])
        for group in groups
        for segment in group
        for each in segment["fields"]
    ]
    return [*header, *fields]


_CLEARED_FROM = frozenset({FillState.REJECTED, FillState.AWAITING_AUTHORIZATION})


def _words(fill: Fill, claim: Claim, *, at: datetime) -> dict[str, str]:
    patient = fill.prescription.patient
    later = claim.next_fill_on
    limit = limit_of(claim)
    return {
        "plan": claim.coverage.plan.name,
        "given": patient.given if patient else "The patient",
        "day": f"{later:%a}, {later:%b} {later.day}" if later else "later",
        "day_es": f"{DAYS_ES[later.weekday()]} {later.day} de {MONTHS_ES[later.month - 1]}"
        if later
        else "más adelante",
        "limit": f"{limit[0]} for {limit[1]} days" if limit else "",
        "price": _price(fill, at=at),
        "drug": fill.package.product.nonproprietary_name if fill.package else "",
    }


def _in_spanish(day: date) -> str:
    return f"{DAYS_ES[day.weekday()]} {day.day} de {MONTHS_ES[day.month - 1]}"


def _price(fill: Fill, *, at: datetime) -> str:
    try:
        return str(Money.rounded(cash_price(fill, day=fill.local_day(at)).total))
    except Refused:
        return "A price nobody knows yet"


def _dates(fill: Fill, claim: Claim, *, at: datetime) -> Dates | None:
    if claim.next_fill_on is None:
        return None
    before = _last_paid(fill, claim)
    filled_on = claim.last_fill_on or (before.service_on if before else None)
    if filled_on is None:
        return None
    days = before.days_billed if before else claim.days_billed
    quantity = before.quantity_billed if before else claim.quantity_billed
    runs_out = max(filled_on + timedelta(days=days), claim.next_fill_on)
    return Dates(filled_on, fill.local_day(at), claim.next_fill_on, runs_out, quantity)


def _last_paid(fill: Fill, claim: Claim) -> Claim | None:
    earlier = Claim.objects.filter(fill__prescription_id=fill.prescription_id, state=S.PAID, coverage=claim.coverage)
    return earlier.exclude(fill=fill).order_by("-service_on").first()


def _tries(fill: Fill) -> tuple[Tried, ...]:
    claims = list(
        Claim.objects.filter(fill__prescription_id=fill.prescription_id)
        .select_related("coverage__plan", "fill")
        .prefetch_related("rejects")
        .order_by("-pk")[:8]
    )
    pairs = zip(claims, [*claims[1:], None], strict=True)
    return tuple(_tried(claim, before) for claim, before in pairs)


def _tried(claim: Claim, before: Claim | None) -> Tried:
    maker = claim.events().select_related("worker").first()
    changed = differences(before.asked, claim.asked) if before else ()
    return Tried(
        claim, f"{plain(claim.quantity_billed)}, {claim.days_billed} days", _said(claim),
        maker.worker.short_name if maker else "", changed,
    )  # fmt: skip


def _said(claim: Claim) -> str:
    if claim.state == S.PAID:
        return f"paid, patient {Money.rounded(claim.patient_pays)}" if claim.patient_pays is not None else "paid"
    codes = ", ".join(each.code for each in claim.rejects.all())
    return f"{codes} {claim.state}".strip().replace("_", " ")


def may_go_on_unbilled(fill: Fill, by: Worker, *, at: datetime) -> tuple[Finding, ...]:
    """This will give what stands in the way of going on without the payer's answer; nothing means that one may."""
    return findings((store_goes_on_unbilled,), fill.facts(at, by))
