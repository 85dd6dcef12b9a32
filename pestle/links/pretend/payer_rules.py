"""How the pretend payers decide: the edits a real plan makes, in order, and what is paid. All figures are invented."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

from pestle.links.pretend.payer_book import Book, ClaimKey
from pestle.links.pretend.payer_desk import Desk, Drug, Member, Plan
from pestle.terms.npi import Npi
from pestle.wire.telecom import encode
from pestle.wire.telecom.request import ClaimRequest, Request, TransactionCode
from pestle.wire.telecom.response import Answer, HeaderStatus, Response, answer_to, build_response, rejects
from pestle.wire.telecom.response_segments import (
    ClaimEcho,
    DurFinding,
    MessageLine,
    OtherCoverage,
    PaidAmounts,
    PreferredProduct,
    ResponseStatus,
    Verdict,
)

COMPOUND = "2"
CENT = Decimal("0.01")
NOTHING = Decimal(0)
LINE = 40
MOST_CODES = 5
YEAR = timedelta(days=365)
# 420-DK that lets an early refill pass: 3 vacation, 4 lost, 5 dose changed, 13 emergency. 3 and 4 once in 365 days.
EARLY = {"3": "VACATION", "4": "LOST", "5": "DOSE CHANGE", "13": "EMERGENCY"}
ONCE_A_YEAR = frozenset({"3", "4"})


@dataclass(frozen=True, slots=True)
class No:
    """One reason for a rejection: the code, the payer's words, and what it adds to the answer."""

    code: str
    words: str
    next_fill_on: date | None = None
    dur: DurFinding | None = None
    preferred: PreferredProduct | None = None
    other: OtherCoverage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One claim with all that the payer looks at."""

    request: Request
    one: ClaimRequest
    plan: Plan
    member: Member | None
    drug: Drug
    desk: Desk
    book: Book

    @property
    def key(self) -> ClaimKey:
        return key_of(self.plan, self.request, self.one)

    @property
    def cardholder_id(self) -> str:
        return self.request.insurance.cardholder_id if self.request.insurance else ""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code.lstrip("0") for code in self.one.claim.clarification_codes)


def answer(request: Request, *, desk: Desk, book: Book) -> Response:
    """Decide a whole request and write down what is paid and what is taken back."""
    plan = desk.plans.get(f"{request.bin_number}/{request.processor_control_number}")
    if plan is None:
        return _header_no(request, desk)
    if request.code is TransactionCode.ELIGIBILITY:
        return _eligibility(request, plan, desk)
    answers = tuple(_decide(request, one, plan, desk, book) for one in request.claims)
    return answer_to(request, answers, status=HeaderStatus.ACCEPTED)


def key_of(plan: Plan, request: Request, one: ClaimRequest) -> ClaimKey:
    """Give by what the payer knows a claim: its place among the payers is one more than those that came before."""
    others = one.other_payers
    is_reversal = request.code is TransactionCode.REVERSAL
    place = int(others[0].coverage_type) if others and is_reversal else len(others) + 1
    return ClaimKey(
        plan=plan.key,
        provider=request.provider_id,
        rx=one.claim.prescription_number,
        fill=one.claim.fill_number or 0,
        service_on=request.service_on.isoformat(),
        place=place,
    )


def _header_no(request: Request, desk: Desk) -> Response:
    same_bin = next((plan for plan in desk.plans.values() if plan.bin == request.bin_number), None)
    no = No("04", f"PCN {same_bin.pcn} REQUIRED") if same_bin else No("01", "BIN NOT KNOWN")
    answers = tuple(_no_to(one, (no,), "") for one in request.claims) or (_no_to(None, (no,), ""),)
    return answer_to(request, answers, status=HeaderStatus.REJECTED)


def _eligibility(request: Request, plan: Plan, desk: Desk) -> Response:
    member = desk.member(plan, request.insurance.cardholder_id) if request.insurance else None
    if member is None:
        return _rejected(request, No("52", "CARDHOLDER NOT ON FILE"), plan)
    if no := next(_coverage(member, request.service_on), None):
        return _rejected(request, no, plan)
    words = f"{plan.name.upper()} ACTIVE" + (f" PERSON CODE {member.person_code}" if member.person_code else "")
    said = Verdict(status=ResponseStatus.APPROVED, messages=_lines((words,)))
    return answer_to(request, (Answer(verdict=said),), status=HeaderStatus.ACCEPTED)


def _rejected(request: Request, no: No, plan: Plan) -> Response:
    return answer_to(request, (_no_to(None, (no,), plan.help_desk),), status=HeaderStatus.ACCEPTED)


def _decide(request: Request, one: ClaimRequest, plan: Plan, desk: Desk, book: Book) -> Answer:
    if request.code is TransactionCode.REVERSAL:
        return _take_back(request, one, plan, desk, book)
    cardholder_id = request.insurance.cardholder_id if request.insurance else ""
    case = Case(
        request=request,
        one=one,
        plan=plan,
        member=desk.member(plan, cardholder_id),
        drug=desk.drug(plan, _main_product(one)),
        desk=desk,
        book=book,
    )
    before = book.newest(case.key)
    if request.code is TransactionCode.REBILL:
        if not plan.takes_rebills:
            return _no_to(one, (No("1S", "REBILL NOT SUPPORTED"),), plan.help_desk)
        if before and before["state"] == "paid":
            book.reverse(before["number"])
    elif before and before["state"] == "paid":
        return _again(case, before)
    if noes := tuple(_noes(case)):
        return _no_to(one, noes, plan.help_desk)
    return _pay(case)


def _again(case: Case, before: dict[str, object]) -> Answer:
    if before["content"] != _content(case):
        return _no_to(case.one, (No("83", "CLAIM HAS BEEN PAID REVERSE FIRST"),), case.plan.help_desk)
    said = Verdict(status=ResponseStatus.DUPLICATE_OF_PAID, authorization_number=str(before["reference"]))
    return Answer(verdict=said, claim=_echo(case.one), paid=_priced(case, met_before=str(before["deductible"])))


def _take_back(request: Request, one: ClaimRequest, plan: Plan, desk: Desk, book: Book) -> Answer:
    found = book.newest(key_of(plan, request, one))
    if found is None:
        return _no_to(one, (No("84", "CLAIM HAS NOT BEEN PAID"),), plan.help_desk)
    said = ResponseStatus.DUPLICATE_OF_APPROVED
    if found["state"] == "paid":
        today = desk.today or max(book.last_day(), request.service_on)
        if today - request.service_on > timedelta(days=plan.reversal_days):
            return _no_to(one, (No(plan.too_old_code, "REVERSAL WINDOW CLOSED CALL HELP DESK"),), plan.help_desk)
        book.reverse(int(found["number"]))
        said = ResponseStatus.APPROVED
    return Answer(verdict=Verdict(status=said, authorization_number=f"R{found['reference']}"[:20]), claim=_echo(one))


def _noes(case: Case) -> Iterator[No]:
    first = tuple(_card(case))
    if first:
        yield from first
        return
    yield from _form(case)
    yield from _formulary(case)
    yield from _early(case)
    yield from _use_review(case)


def _card(case: Case) -> Iterator[No]:
    member, insurance, patient = case.member, case.request.insurance, case.request.patient
    if member is None or insurance is None:
        yield No("07", f"CARDHOLDER ID NOT ON FILE EXPECTED {case.plan.id_prefix}NNNNNN")
        return
    if member.group and (insurance.group_id or "") != member.group:
        yield No("06", f"GROUP SHOULD BE {member.group}")
    if member.person_code and (insurance.person_code or "") != member.person_code:
        yield No("08", f"PERSON CODE SHOULD BE {member.person_code}")
    if member.born_on and (patient is None or patient.born_on != date.fromisoformat(member.born_on)):
        yield No("09", "BIRTH DATE NOT AS ON FILE")
    if member.sex and (patient is None or patient.gender != member.sex):
        yield No("10", "SEX NOT AS ON FILE")
    yield from _coverage(member, case.request.service_on)
    if member.other_payer and (case.one.claim.other_coverage or "0").lstrip("0") not in {"2", "3", "4", "8"}:
        bin_number, _, rest = member.other_payer.partition("/")
        pcn, _, cardholder_id = rest.partition("/")
        other = OtherCoverage(
            coverage_type="01", id_qualifier="03", id=bin_number, processor_control_number=pcn or None,
            cardholder_id=cardholder_id or None,
        )  # fmt: skip
        yield No("41", f"SUBMIT TO OTHER PROCESSOR BIN {bin_number} PCN {pcn}", other=other)


def _coverage(member: Member, day: date) -> Iterator[No]:
    if not member.is_covered:
        yield No("65", "PATIENT IS NOT COVERED")
    if member.from_on and day < date.fromisoformat(member.from_on):
        yield No("67", f"COVERAGE BEGINS {member.from_on}")
    if member.until_on and day > date.fromisoformat(member.until_on):
        yield No("69", f"COVERAGE ENDED {member.until_on}")


def _main_product(one: ClaimRequest) -> str:
    """Give the NDC that decides what is paid: the product's own, or the first ingredient's of a compound."""
    parts = one.compound.ingredients if one.compound else ()
    return parts[0].product_id if parts else one.claim.product_id


def _compound_form(case: Case) -> Iterator[No]:
    claim, parts = case.one.claim, case.one.compound.ingredients if case.one.compound else ()
    if claim.product_id.strip("0"):
        yield No("21", "PRODUCT ID NOT VALID FOR A COMPOUND")
    if not 2 <= len(parts) <= 25:
        yield No("EC", "INGREDIENT COUNT NOT VALID")
    asked = case.one.pricing.ingredient_cost if case.one.pricing else None
    if asked != sum((each.cost or Decimal(0) for each in parts), Decimal(0)):
        yield No("8M", "SUM OF INGREDIENT COSTS DIFFERS")


def _form(case: Case) -> Iterator[No]:
    claim, prescriber = case.one.claim, case.one.prescriber
    if not _is_npi(prescriber.id if prescriber else None):
        yield No("25", "PRESCRIBER ID NOT VALID NPI REQUIRED")
    if claim.compound_code == COMPOUND:
        yield from _compound_form(case)
    elif len(claim.product_id) != 11 or not claim.product_id.isdigit():
        yield No("21", "PRODUCT ID NOT VALID")
    if not claim.quantity_dispensed:
        yield No("E7", "QUANTITY MISSING")
    if not claim.days_supply:
        yield No("19", "DAYS SUPPLY MISSING")
    if claim.other_coverage in {"2", "02", "4", "04", "8", "08"} and not case.one.other_payers:
        yield No("6G", "OTHER PAYER SEGMENT REQUIRED")


def _formulary(case: Case) -> Iterator[No]:
    drug, claim = case.drug, case.one.claim
    is_authorized = _is_authorized(case)
    if not drug.is_covered and not is_authorized:
        preferred = PreferredProduct(id_kind="03", id=drug.preferred, description=drug.preferred_words or None)
        words = f"PLAN PREFERS {drug.preferred_words.upper()}" if drug.preferred else "PRODUCT NOT COVERED"
        yield No("70", words, preferred=preferred if drug.preferred else None)
    if drug.needs_authorization and not is_authorized:
        yield No("75", f"PRIOR AUTHORIZATION REQUIRED CALL {case.plan.help_desk}")
    quantity, days = claim.quantity_dispensed or NOTHING, claim.days_supply or 0
    most = Decimal(drug.per_day) * days if drug.per_day else None
    if most is not None and quantity > most and not is_authorized:
        yield No("76", f"PLAN LIMIT {_whole(most)} PER {days} DAYS")
    if days > case.plan.most_days:
        yield No("7X", f"DAYS SUPPLY LIMIT {case.plan.most_days}")
    gross = case.one.pricing.gross_amount_due if case.one.pricing else None
    if gross is not None and gross > Decimal(case.plan.most_cost) and not is_authorized:
        yield No("78", f"COST EXCEEDS MAXIMUM {case.plan.most_cost}")


def _early(case: Case) -> Iterator[No]:
    day = case.request.service_on
    last = _last_of_drug(case)
    if last is not None:
        filled_on = date.fromisoformat(str(last["service_on"]))
        wait = -(-int(str(last["days"])) * case.plan.too_soon_percent // 100)
        payable_on = filled_on + timedelta(days=wait)
    elif (case.one.claim.fill_number or 0) and case.desk.happens("1.5", "early", *_about(case)):
        filled_on = day - timedelta(days=18)
        payable_on = day + timedelta(days=3 + case.desk.number("wait", *_about(case)) % 7)
    else:
        return
    if day >= payable_on or any(_passes(case, code, filled_on) for code in case.codes):
        return
    found = DurFinding(reason="ER", previous_fill_on=filled_on, other_pharmacy="1")
    words = f"REFILL TOO SOON NEXT FILL {payable_on:%m/%d/%y} VAC OVR ALLOWED 1 PER 365"
    yield No("79", words, next_fill_on=payable_on, dur=found)


def _use_review(case: Case) -> Iterator[No]:
    for code, words in _conflicts(case):
        if not any(each.reason == code and each.service and each.result for each in case.one.dur_answers):
            found = DurFinding(reason=code, significance="1", database="4", text=words[:30])
            yield No("88", f"DUR REJECT {words}", dur=found)


def _conflicts(case: Case) -> Iterator[tuple[str, str]]:
    mine = case.one.claim.product_id
    horizon = case.request.service_on - timedelta(days=90)
    for row in case.book.paid_of(case.plan.key, case.cardholder_id):
        ndc = str(row["ndc"])
        theirs = case.desk.drug(case.plan, ndc)
        if date.fromisoformat(str(row["service_on"])) < horizon or ndc[:9] == mine[:9]:
            continue
        if ndc[:9] in case.drug.clashes_with or mine[:9] in theirs.clashes_with:
            clash = case.drug if ndc[:9] in case.drug.clashes_with else theirs
            yield clash.clash_code, clash.clash_words or "INTERACTION"
            return
    if case.desk.happens("1.2", "review", *_about(case)):
        chosen = ("DD", "INTERACTION"), ("HD", "HIGH DOSE"), ("TD", "DUPLICATE THERAPY")
        yield chosen[case.desk.number("which", *_about(case)) % 3]


def _pay(case: Case) -> Answer:
    amounts = _priced(case)
    reference = f"{case.desk.number('reference', _content(case)) % 10**12:012}"
    case.book.pay(
        case.key,
        ndc=case.one.claim.product_id,
        member=case.cardholder_id,
        quantity=str(case.one.claim.quantity_dispensed),
        days=case.one.claim.days_supply,
        codes=",".join(case.codes),
        content=_content(case),
        reference=reference,
        patient_pays=str(amounts.patient_pay),
        plan_pays=str(amounts.total_paid),
        deductible=str(amounts.deductible or NOTHING),
    )
    said = Verdict(status=ResponseStatus.PAID, authorization_number=reference)
    return Answer(verdict=said, claim=_echo(case.one), paid=amounts)


def _priced(case: Case, *, met_before: str | None = None) -> PaidAmounts:
    pricing = case.one.pricing
    fee = Decimal(case.plan.fee)
    cost = (pricing.ingredient_cost if pricing else None) or NOTHING
    usual = (pricing.usual_and_customary if pricing else None) or cost + fee
    cost = max(min(cost, usual - fee), NOTHING)
    owed_before = _sum(each.amount for payer in case.one.other_payers for each in payer.patient_amounts)
    paid_before = _sum(each.amount for payer in case.one.other_payers for each in payer.amounts_paid)
    if (case.one.claim.other_coverage or "").lstrip("0") == "8":
        cost, fee = owed_before, NOTHING
    left = max(cost + fee - paid_before, NOTHING)
    deductible = Decimal(met_before) if met_before is not None else min(_deductible_left(case), left)
    copay = min(Decimal(case.plan.copays[case.drug.tier - 1]), left - deductible)
    share = case.plan.coinsurance_percent if case.drug.tier == 3 else 0
    coinsurance = ((left - deductible - copay) * share / 100).quantize(CENT, rounding=ROUND_HALF_UP)
    patient = deductible + copay + coinsurance
    return PaidAmounts(
        patient_pay=patient,
        ingredient_cost=cost,
        dispensing_fee=fee,
        other_payer_amount=min(paid_before, cost + fee) or None,
        total_paid=left - patient,
        deductible=deductible or None,
        copay=copay or None,
        coinsurance=coinsurance or None,
        basis_of_reimbursement="1",
    )


def _deductible_left(case: Case) -> Decimal:
    met = case.book.deductible_met(case.plan.key, case.cardholder_id, case.request.service_on.year)
    return max(Decimal(case.plan.deductible) - met, NOTHING)


def _no_to(one: ClaimRequest | None, noes: tuple[No, ...], help_desk: str) -> Answer:
    words = tuple(no.words for no in noes)
    later = next((no.next_fill_on for no in noes if no.next_fill_on), None)
    lines = _lines(words)
    if later is not None:
        lines = (*lines, MessageLine(qualifier="10", text=f"{later:%Y%m%d}"))
    said = Verdict(
        status=ResponseStatus.REJECTED,
        rejects=rejects(*[no.code for no in noes][:MOST_CODES]),
        messages=lines,
        help_desk_qualifier="03" if help_desk else None,
        help_desk_phone=help_desk or None,
    )
    echo = _echo(one) if one is not None else None
    preferred = tuple(no.preferred for no in noes if no.preferred)
    return Answer(
        verdict=said,
        claim=replace(echo, preferred_products=preferred) if echo else None,
        dur_findings=tuple(no.dur for no in noes if no.dur),
        other_coverages=tuple(no.other for no in noes if no.other),
    )


def _lines(texts: tuple[str, ...]) -> tuple[MessageLine, ...]:
    lines: list[MessageLine] = []
    for text in texts:
        parts = [text[at : at + LINE] for at in range(0, len(text), LINE)]
        for at, part in enumerate(parts):
            goes_on = "+" if at + 1 < len(parts) else None
            lines.append(MessageLine(qualifier=f"{min(len(lines) + 1, 9):02}", text=part, continuity=goes_on))
    return tuple(lines)


def _echo(one: ClaimRequest) -> ClaimEcho:
    return ClaimEcho(reference_kind="1", prescription_number=one.claim.prescription_number)


def _is_authorized(case: Case) -> bool:
    number = (case.one.claim.prior_authorization_number or "").lstrip("0")
    known = case.desk.authorizations.get(number)
    if known is None:
        return False
    member, product = known.get("member", ""), str(known.get("product", ""))
    return member in {"", case.cardholder_id} and case.one.claim.product_id.startswith(product)


def _last_of_drug(case: Case) -> dict[str, object] | None:
    rows = case.book.paid_of(case.plan.key, case.cardholder_id)
    product, day = case.one.claim.product_id[:9], case.key.service_on
    return next((row for row in rows if str(row["ndc"])[:9] == product and str(row["service_on"]) <= day), None)


def _passes(case: Case, code: str, filled_on: date) -> bool:
    if code not in EARLY:
        return False
    if code not in ONCE_A_YEAR:
        return True
    rows = case.book.paid_of(case.plan.key, case.cardholder_id)
    used = (
        row
        for row in rows
        if code in str(row["codes"]).split(",")
        and str(row["ndc"])[:9] == case.one.claim.product_id[:9]
        and case.request.service_on - date.fromisoformat(str(row["service_on"])) < YEAR
    )
    return next(used, None) is None and filled_on <= case.request.service_on


def _about(case: Case) -> tuple[object, ...]:
    return case.plan.key, case.one.claim.prescription_number, case.one.claim.fill_number


def _content(case: Case) -> str:
    whole = replace(case.request, claims=(case.one,), code=TransactionCode.BILLING)
    return sha256(repr(whole).encode()).hexdigest()


def _is_npi(text: str | None) -> bool:
    try:
        Npi(text or "")
    except ValueError:
        return False
    return True


def _sum(amounts: Iterator[Decimal | None]) -> Decimal:
    return sum((each for each in amounts if each is not None), NOTHING)


def _whole(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def written(response: Response) -> bytes:
    """Write a response for the wire."""
    return encode(build_response(response))
