"""From drafts to steps: counts from times of day, tapers, what one step takes over from another, merging."""

import itertools
from decimal import Decimal

from pestle.terms.sig.draft import Draft, Drafted
from pestle.terms.sig.values import Relation

ONE = Decimal(1)
_GENERAL = frozenset({"ac", "pc", "cc"})
_NO_COUNT = frozenset({"food", "es", "stool", "proc", "onset", "activity", "dialysis", "ac1"})
# A time tied to a meal says more than the part of the day it lies in.
_TIED = {
    "am": {"bf", "acbf", "pcbf"},
    "noon": {"lunch", "aclunch", "pclunch"},
    "pm": {"supper", "acsupper", "pcsupper"},
}
_TIED["night"] = {"hs", "supper", "acsupper", "pcsupper"}


def settle(drafted: Drafted) -> None:
    """Complete the drafts in place, asking where a step cannot be completed without guessing."""
    drafts = drafted.drafts
    for draft in drafts:
        _drop_vague_times(draft)
        _settle_counts(drafted, draft)
    _take_over(drafted)
    _merge_increases(drafted)
    _spread_durations(drafts)
    _settle_taper(drafted)
    for draft in drafts:
        _settle_repeats(drafted, draft)
    _merge_equal_steps(drafted)
    _settle_first_doses(drafted)
    _settle_one_time(drafted.drafts)


def _settle_first_doses(drafted: Drafted) -> None:
    """A dose without a rhythm before "then" comes first; a ring is worn for its weeks; a loose stool is a need."""
    for draft, following in zip(drafted.drafts, drafted.drafts[1:], strict=False):
        bare = draft.has_dose and not draft.has_rhythm and draft.duration is None and not draft.prn
        if bare and following.relation is Relation.THEN:
            draft.is_once = True
            drafted.assumptions.append("The dose before “then” was read as one first dose.")
    for draft in drafted.drafts:
        if (
            draft.unit == "ring"
            and draft.duration_unit == "wk"
            and draft.duration
            and drafted.rest_days
            and not draft.has_rhythm
        ):
            draft.frequency, draft.period, draft.period_unit = 1, draft.duration + drafted.rest_days // 7, "wk"
            drafted.notes.append(f"remove_days:{draft.duration * 7:f}")
            draft.duration = draft.duration_unit = drafted.rest_days = None
        if draft.is_scale and draft.low is None:
            draft.amount = "sliding scale"
        if "stool" in draft.when:
            draft.prn, draft.reason = True, draft.reason or "diarrhea"


def _drop_vague_times(draft: Draft) -> None:
    for vague, tied in _TIED.items():
        if vague in draft.when and tied & set(draft.when):
            draft.when.remove(vague)
    if {"pm", "hs"} <= set(draft.when) and "hs" not in draft.joined_when and draft.is_bare_daily:
        # "Every evening at bedtime" is one time of day.
        draft.when.remove("pm")
    for time in draft.times:
        half = "am" if int(time[:2]) < 12 else "pm"
        if half in draft.when:
            draft.when.remove(half)


def _settle_counts(drafted: Drafted, draft: Draft) -> None:
    specific = [code for code in draft.when if code not in _GENERAL | _NO_COUNT]
    general = [code for code in draft.when if code in _GENERAL]
    known = len(specific) + len(draft.times)
    _settle_week_days(drafted, draft)
    if draft.count:
        _settle_loose_count(drafted, draft, known + 3 * len(general))
    elif draft.frequency is None and not draft.is_once and not draft.days_of_week:
        if known or general:
            draft.frequency, draft.period, draft.period_unit = known + 3 * len(general), ONE, "d"
            if general and draft.relation is None:
                drafted.assumptions.append("Three meals a day were assumed.")
    elif (draft.period, draft.period_unit) == (ONE, "d") and draft.frequency and not draft.frequency_max:
        _reconcile(drafted, draft, known, general)


def _settle_loose_count(drafted: Drafted, draft: Draft, known: int) -> None:
    low, high = draft.count or (0, 0)
    if low == high == known:
        draft.frequency, draft.period, draft.period_unit = low, ONE, "d"
    elif low == high == 1 and known == 1:
        draft.frequency, draft.period, draft.period_unit = 1, ONE, "d"
    elif draft.frequency is None:
        drafted.ask("frequency", f"“{low} times”: in how long?" if low > 1 else "How often is it taken?")


def _settle_week_days(drafted: Drafted, draft: Draft) -> None:
    days = len(draft.days_of_week)
    if not days:
        return
    if draft.is_bare_daily:
        draft.frequency = draft.period = draft.period_unit = None
        draft.is_bare_daily = False
    elif draft.period_unit == "wk" and draft.frequency != days:
        drafted.ask("frequency", f"{draft.frequency} times a week, but {days} days are named: which is right?")


def _reconcile(drafted: Drafted, draft: Draft, known: int, general: list[str]) -> None:
    """See whether the times of day agree with the count, and add the dose at bedtime of "tid and hs"."""
    count = draft.frequency or 0
    joined = [code for code in draft.joined_when if code in draft.when and code not in _GENERAL | _NO_COUNT]
    others = known - len(joined)
    if draft.is_bare_daily:
        if general and joined:
            drafted.ask("frequency", "“Daily” with meals and at another time: how many times a day?")
        draft.frequency = max(1, known)
    elif joined and count != known + 3 * len(general) and count != known:
        if (general and count == 3 and not others) or (not general and others in {0, count}):
            draft.frequency = count + len(joined)
        else:
            drafted.ask("frequency", f"{count} times a day does not agree with the times named: how many doses a day?")
    elif known and not general and count != known and not joined:
        drafted.ask("frequency", f"{count} times a day, but other times of day are named: which is right?")


def _take_over(drafted: Drafted) -> None:
    for previous, draft in zip(drafted.drafts, drafted.drafts[1:], strict=False):
        takes_dose = not draft.has_dose and not draft.is_scale and draft.relation is Relation.THEN
        if takes_dose:
            draft.low, draft.high, draft.unit, draft.amount = (
                previous.low,
                previous.high,
                previous.unit,
                previous.amount,
            )
        if draft.has_dose and draft.unit is None:
            draft.unit = previous.unit
        if draft.route is None:
            draft.route, draft.site = previous.route, draft.site or previous.site
        if draft.verb is None:
            draft.verb = previous.verb
            draft.is_oral_shorthand |= previous.is_oral_shorthand and draft.unit == previous.unit
        if takes_dose and not draft.has_rhythm and draft.prn:
            _copy_rhythm(previous, draft)


def _copy_rhythm(source: Draft, target: Draft) -> None:
    target.frequency, target.frequency_max = source.frequency, source.frequency_max
    target.period, target.period_max, target.period_unit = source.period, source.period_max, source.period_unit
    target.when, target.times, target.days_of_week = list(source.when), list(source.times), list(source.days_of_week)


def _merge_increases(drafted: Drafted) -> None:
    kept: list[Draft] = []
    for draft in drafted.drafts:
        if draft.is_increase and kept:
            if not _merge_increase(kept[-1], draft):
                drafted.ask("dose", "The dose may be increased: from when, and what is the most in one day?")
        else:
            kept.append(draft)
    drafted.drafts = kept


def _merge_increase(base: Draft, more: Draft) -> bool:
    if base.low is None or more.low is None or more.high is None or base.unit != more.unit or more.duration is not None:
        return False
    same_dose = (base.low, base.high) == (more.low, more.high)
    no_rhythm = more.frequency is None
    same_rhythm = (base.period, base.period_unit) == (more.period, more.period_unit) and not more.frequency_max
    if same_dose and same_rhythm and more.frequency and base.frequency and more.frequency > base.frequency:
        base.frequency_max = more.frequency
    elif (no_rhythm or (same_rhythm and base.frequency == more.frequency)) and more.high > base.low:
        base.high = more.high
    else:
        return False
    base.prn = base.prn or more.prn
    return True


def _spread_durations(drafts: list[Draft]) -> None:
    """A length of treatment at the end of steps taken together holds for all of them."""
    for previous, draft in reversed(list(itertools.pairwise(drafts))):
        together = draft.relation in {Relation.AND, Relation.PLUS}
        if together and previous.duration is None and not previous.day_span and draft.duration is not None:
            previous.duration, previous.duration_max = draft.duration, draft.duration_max
            previous.duration_unit = draft.duration_unit
        if together and draft.prn != previous.prn and draft.when == [] and previous.when == []:
            draft.relation = Relation.PLUS


def _settle_taper(drafted: Drafted) -> None:
    drafts = drafted.drafts
    end = 0
    for draft in drafts:
        if draft.day_span:
            first, last = draft.day_span
            if first != end + 1 and not (end == 0 and len(drafts) == 1) and first != 1:
                drafted.ask("duration", f"Day {first} does not follow day {end}: what is taken on the days between?")
            end = last
            days = Decimal(last - first + 1)
            draft.duration, draft.duration_unit = (days / 7, "wk") if draft.is_in_weeks else (days, "d")
    unsaid = [draft for draft in drafts if not draft.has_rhythm and draft.frequency is None and draft.has_dose]
    is_taper = len(drafts) > 1 and all(draft.duration is not None for draft in unsaid)
    for place, draft in enumerate(drafts):
        if draft not in unsaid or not is_taper:
            continue
        before = drafts[place - 1] if place else None
        if len(unsaid) == len(drafts) or draft.day_span or (before and _is_once_a_day(before)):
            draft.frequency, draft.period, draft.period_unit = 1, ONE, "d"
            if "Once a day was read into the steps that name only days." not in drafted.assumptions:
                drafted.assumptions.append("Once a day was read into the steps that name only days.")


def _is_once_a_day(draft: Draft) -> bool:
    return (draft.frequency, draft.period, draft.period_unit) == (1, ONE, "d") and not draft.frequency_max


def _settle_repeats(drafted: Drafted, draft: Draft) -> None:
    if draft.bare_repeats:
        _settle_bare_repeats(drafted, draft, draft.bare_repeats)
    again = draft.repeat
    if again and again.doses and again.unit == "min" and draft.frequency is None and draft.high is not None:
        draft.frequency, draft.period, draft.period_unit = 1, again.after_low, "min"
        draft.period_max = again.after_high if again.after_high != again.after_low else None
        draft.is_once = False
    if draft.period_unit == "min" and draft.frequency:
        _settle_minutes(draft, again.doses if again else None)


def _settle_minutes(draft: Draft, doses: int | None) -> None:
    """Doses minutes apart are an episode: so many doses, and no more."""
    if doses and draft.duration is None:
        draft.duration, draft.duration_unit = Decimal(doses), "dose"
    if draft.duration_unit == "dose" and draft.duration and draft.high is not None and draft.max_per_day is None:
        draft.max_per_day, draft.max_unit = draft.duration * draft.high, draft.unit
    draft.repeat = None


def _settle_bare_repeats(drafted: Drafted, draft: Draft, repeats: int) -> None:
    if draft.duration is not None:
        drafted.ask("duration", f"“x {repeats}” stands beside another length of treatment: which is right?")
    elif draft.period_unit == "d" and draft.period == ONE:
        draft.duration, draft.duration_unit = Decimal(repeats), "d"
        drafted.assumptions.append(f"“x {repeats}” was read as {repeats} days.")
    elif draft.period_unit in {"wk", "mo"} and draft.frequency == 1 and draft.period:
        draft.duration, draft.duration_unit = draft.period * repeats, draft.period_unit
        drafted.assumptions.append(f"“x {repeats}” was read as {repeats} doses.")
    elif draft.period_unit == "min":
        draft.duration, draft.duration_unit = Decimal(repeats), "dose"
    else:
        drafted.ask("duration", f"“x {repeats}”: {repeats} days or {repeats} doses?")


def _merge_equal_steps(drafted: Drafted) -> None:
    """The same dose in the morning and at bedtime is one step, twice a day."""
    kept: list[Draft] = []
    for draft in drafted.drafts:
        if kept and _same_but_for_time(kept[-1], draft):
            first = kept[-1]
            first.frequency = (first.frequency or 0) + (draft.frequency or 0)
            first.when += draft.when
            first.times += draft.times
            first.duration = first.duration or draft.duration
            first.duration_unit = first.duration_unit or draft.duration_unit
            first.max_per_day = first.max_per_day or draft.max_per_day
            first.max_unit = first.max_unit or draft.max_unit
        else:
            kept.append(draft)
    drafted.drafts = kept


def _same_but_for_time(first: Draft, second: Draft) -> bool:
    if second.relation is not Relation.AND or first.prn != second.prn or first.reason != second.reason:
        return False
    same_dose = (first.low, first.high, first.unit, first.route) == (second.low, second.high, second.unit, second.route)
    timed = all(
        (draft.when or draft.times) and draft.period == ONE and draft.period_unit == "d" for draft in (first, second)
    )
    apart = not set(first.when) & set(second.when) and not set(first.times) & set(second.times)
    return same_dose and timed and apart and first.duration in {None, second.duration}


def _settle_one_time(drafts: list[Draft]) -> None:
    for place, draft in enumerate(drafts):
        if "proc" in draft.when and draft.frequency is None:
            draft.is_once = True
        if not draft.is_once or draft.frequency is not None:
            continue
        draft.frequency, draft.period, draft.period_unit = 1, None, None
        following = drafts[place + 1] if place + 1 < len(drafts) else None
        if following and following.relation is Relation.THEN and draft.duration is None:
            # The next dose comes one interval later: a day later when the next step is daily.
            is_daily = _is_once_a_day(following)
            draft.duration, draft.duration_unit = ONE, "d" if is_daily else "dose"
