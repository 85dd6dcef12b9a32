"""Whether a prescription still carries the right to this fill."""

from datetime import date, timedelta

from pestle.rules.facts import FillFacts
from pestle.rules.rule import rule
from pestle.terms.roles import PHARMACISTS
from pestle.terms.schedule import Schedule


@rule(cites="21 CFR 1306.12(a)", field="refills")
def schedule_ii_is_never_refilled(fill: FillFacts) -> str | None:
    """A schedule II prescription is good for one fill."""
    if fill.schedule is Schedule.II and fill.number > 1:
        return "Schedule II needs a new prescription for every fill."
    return None


@rule(cites="21 CFR 1306.22(a)", field="refills")
def schedule_iii_and_iv_have_five_refills(fill: FillFacts) -> str | None:
    """Schedule III and IV prescriptions are refilled at most five times."""
    if fill.schedule in {Schedule.III, Schedule.IV} and fill.number > 6:
        return "Schedule III and IV may be refilled five times; this would be the sixth: ask for a new prescription."
    return None


@rule(cites="21 CFR 1306.22(a)", field="written_on")
def schedule_iii_and_iv_last_six_months(fill: FillFacts) -> str | None:
    """Schedule III and IV prescriptions are not filled more than six months after issue."""
    if fill.schedule not in {Schedule.III, Schedule.IV} or fill.issued_on is None:
        return None
    last_on = six_months_after(fill.issued_on)
    if fill.today > last_on:
        return f"Issued {fill.issued_on:%b %-d, %Y}; schedule III and IV could be filled until {last_on:%b %-d, %Y}."
    return None


@rule(cites="board of pharmacy: life of a prescription", field="written_on")
def prescription_is_within_its_life(fill: FillFacts) -> str | None:
    """A prescription is filled only within the life its board gives it, counted from the day of issue."""
    if fill.issued_on is None:
        return "The day the prescription was written is missing: read it from the original, or ask the prescriber."
    life = _life_days(fill)
    if life is None:
        return f"{fill.board.board} has no row for how long this prescription lives; without one the answer is no."
    if (fill.today - fill.issued_on).days > life:
        return f"Written {fill.issued_on:%b %-d, %Y}; good for {life} days in {fill.board.board}: ask for a new one."
    return None


@rule(cites="21 CFR 1306.05(a)", field="written_on")
def prescription_is_not_from_the_future(fill: FillFacts) -> str | None:
    """A prescription is dated as of the day it is signed."""
    if fill.issued_on is not None and fill.issued_on > fill.today:
        return f"The written date {fill.issued_on:%b %-d, %Y} is in the future: read it again."
    return None


@rule(cites="21 CFR 1306.12(b); prescriber's own instruction", field="earliest_fill_on")
def fill_is_not_before_its_earliest_date(fill: FillFacts) -> str | None:
    """Nothing is filled before the earliest date the prescriber wrote."""
    if fill.earliest_fill_on is not None and fill.today < fill.earliest_fill_on:
        return f"The prescriber wrote: not before {fill.earliest_fill_on:%b %-d, %Y}."
    return None


@rule(cites="21 U.S.C. 353(b)(1)", field="refills")
def refills_remain(fill: FillFacts) -> str | None:
    """A refill needs an authorized refill that is left."""
    if fill.number > fill.refills_authorized + 1:
        return f"All {fill.refills_authorized} refills are used; ask the prescriber for a renewal."
    return None


@rule(cites="21 U.S.C. 353(b)(1)", field="quantity")
def total_stays_within_what_was_authorized(fill: FillFacts) -> str | None:
    """All fills together never exceed what the prescriber authorized."""
    total = fill.quantity_dispensed_before + fill.quantity
    if total > fill.quantity_authorized:
        over = total - fill.quantity_authorized
        return (
            f"This would give {over.normalize():f} more than the {fill.quantity_authorized.normalize():f} authorized."
        )
    return None


@rule(cites="21 U.S.C. 353(b)(1)")
def authority_is_open(fill: FillFacts) -> str | None:
    """A cancelled, transferred or expired prescription is not filled."""
    if not fill.is_authority_open:
        return "This prescription is closed: cancelled, transferred away or expired. Ask for a new one."
    return None


@rule(cites="21 CFR 1306.03; 21 CFR 1306.05(a)", field="prescriber", lifted_by=PHARMACISTS)
def prescriber_may_prescribe_this(fill: FillFacts) -> str | None:
    """A controlled substance needs a prescriber with a valid DEA number for its schedule."""
    if not fill.prescriber_npi_is_valid:
        return "The prescriber's NPI fails its check digit."
    if not fill.schedule.may_be_controlled:
        return None
    if fill.prescriber_may_prescribe_schedule is not True:
        return "No valid DEA number of this prescriber covers the drug's schedule."
    return None


@rule(cites="21 U.S.C. 812; 21 CFR part 1308", field="product", lifted_by=PHARMACISTS)
def schedule_is_known(fill: FillFacts) -> str | None:
    """A drug whose schedule is unknown is asked about, never taken as not controlled."""
    if not fill.schedule.is_known:
        return "The controlled-substance schedule of this drug is not known: ask the pharmacist."
    return None


def six_months_after(day: date) -> date:
    """This will give the same day of the month six months on, or that month's last day."""
    month = day.month + 6
    year, month = (day.year + 1, month - 12) if month > 12 else (day.year, month)
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    last = first_of_next - timedelta(days=1)
    return last if day.day > last.day else date(year, month, day.day)


def _life_days(fill: FillFacts) -> int | None:
    if fill.schedule is Schedule.II:
        return fill.board.issue_life_days_schedule_ii
    return fill.board.issue_life_days
