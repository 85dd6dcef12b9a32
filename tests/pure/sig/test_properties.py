"""Whatever is typed: an answer or a question, never a crash and never a number out of a guess."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pestle.calculations.daily_use import phases
from pestle.calculations.days_supply import days_supply
from pestle.calculations.supplied import Supplied
from pestle.calculations.worked import CannotCalculate
from pestle.terms.sig import expand_shorthand, read_directions, write_directions
from pestle.terms.sig.lexicon import phrases
from tests.pure.sig.vectors import vectors

WORDS = sorted({" ".join((first, *phrase.rest)) for first, group in phrases().items() for phrase in group})
NUMBERS = ("1", "2", "1/2", "10", "0.5", ".5", "1,000", "0", "99999999", "1-2", "iv")
SOUP = st.lists(st.sampled_from([*WORDS, *NUMBERS, ",", ".", "(", ")", "zzz"]), max_size=14).map(" ".join)
VERBS = st.sampled_from(["take", "give", "chew", "gargle", "dissolve", "use"])
DOSES = st.sampled_from(["1 tablet", "2 tablets", "1/2 tablet", "1-2 tabs", "5 ml", "7.5 mL", "2 capsules"])
RHYTHMS = st.sampled_from(["daily", "bid", "tid", "q6h", "every 8 hours", "qhs", "weekly", "every other day", "q4-6h"])
WHENS = st.sampled_from(["", "with food", "before meals", "on an empty stomach"])
NEEDS = st.sampled_from(["", "prn", "as needed for pain", "prn cough"])
LENGTHS = st.sampled_from(["", "for 7 days", "x 10 days", "for 2 weeks"])
MAXIMA = st.sampled_from(["", ", max 6 per day", ", no more than 8 in 24 hours"])
THENS = st.sampled_from([" then ", ", then ", ", "])
DAYS_LONG = st.sampled_from([" for 3 days", " for 1 week", " x 5 days"])
STEP_OF_A_TAPER = st.tuples(st.sampled_from(["4", "3", "2", "1", "1/2", "1.5"]), st.just(" tablets daily"), DAYS_LONG)
TAPERS = st.lists(STEP_OF_A_TAPER.map("".join), min_size=2, max_size=5).flatmap(
    lambda steps: THENS.map(lambda joiner: "Take " + joiner.join(steps))
)
DROPS = st.tuples(
    st.sampled_from(["1 drop", "2 drops", "1-2 gtts"]),
    st.sampled_from(["in both eyes", "in the right eye", "in each ear", "in the left ear", "OU", "in affected eye"]),
    st.sampled_from(["bid", "every 4 hours", "at bedtime", "4 times a day"]),
    LENGTHS,
).map(" ".join)
INJECTIONS = st.tuples(
    st.sampled_from(["inject 10 units", "inject 8-12 units", "inject 0.5 mg", "inject 1 mL", "inject 1 pen"]),
    st.sampled_from(["under the skin", "subcut", "into the muscle"]),
    st.sampled_from(["daily", "weekly", "every 2 weeks", "before meals", "at bedtime", "every morning"]),
).map(" ".join)
DAYS_OF_THE_WEEK = st.lists(st.sampled_from(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]), min_size=1, unique=True)
BY_DAYS = DAYS_OF_THE_WEEK.map(lambda days: f"take 1 tablet by mouth on {', '.join(days)}")
TURNS = st.tuples(st.sampled_from(["1", "2", "3"]), st.sampled_from(["1/2", "1.5", "4"])).map(
    lambda two: f"take {two[0]} tablets daily alternating with {two[1]} tablets daily"
)
SCALES = st.sampled_from(["5", "10", "12"]).map(
    lambda n: f"inject {n} units with meals plus sliding scale, max 60 units a day"
)
PLAIN = st.tuples(VERBS, DOSES, st.just("by mouth"), RHYTHMS, WHENS, NEEDS, LENGTHS, MAXIMA).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=120), SOUP))
@example("\x00\ud800")
@example("1 1 1 1 1")
@example("10000000000000000000000000000")
@example("1 tab q month 0 hrly")
@example("12:99 pm at 25:00")
def test_any_text_gives_directions_or_questions(text: str) -> None:
    directions = read_directions(text)

    write_directions(directions)
    write_directions(directions, "es")
    expand_shorthand(text)

    assert directions.steps or directions.questions


@settings(max_examples=150, deadline=None)
@given(st.one_of(SOUP, PLAIN), st.sampled_from(["tablet", "mL", "each", "g"]), st.integers(1, 500))
def test_no_days_supply_comes_out_of_questions_and_none_exceeds_the_quantity(
    text: str, unit: str, quantity: int
) -> None:
    directions = read_directions(text)

    try:
        worked = days_supply(directions, Supplied(quantity=Decimal(quantity), unit=unit))
    except CannotCalculate:
        return

    assert not directions.needs_clarification
    assert worked.value >= 1
    assert worked.check is not None
    assert worked.check.agrees


@settings(max_examples=150, deadline=None)
@given(st.one_of(PLAIN, TAPERS, DROPS, INJECTIONS, BY_DAYS, TURNS))
def test_plain_directions_read_back_from_both_languages(text: str) -> None:
    directions = read_directions(text)

    assert directions.questions == ()
    for language in ("en", "es"):
        label = write_directions(directions, language).text
        again = read_directions(label)
        assert again.steps == directions.steps
        assert write_directions(again, language).text == label


@settings(max_examples=150, deadline=None)
@given(st.one_of(PLAIN, DROPS, INJECTIONS, BY_DAYS, TURNS, SCALES), st.integers(1, 2000))
def test_the_days_times_the_most_of_a_day_never_exceed_what_is_dispensed(text: str, quantity: int) -> None:
    directions = read_directions(text)
    supplied = Supplied(quantity=Decimal(quantity), unit="each", units_per_quantity_unit=Decimal(1))
    found = phases(directions)
    assert found is not None
    assert len(found) == 1

    try:
        worked = days_supply(directions, supplied)
    except CannotCalculate:
        assert found[0].average > quantity or len({step.unit for step in directions.steps}) > 1
        return

    assert found[0].average * Fraction(worked.value) <= quantity


@settings(max_examples=150, deadline=None)
@given(TAPERS, st.integers(1, 200))
def test_a_taper_never_lasts_longer_than_its_tablets(text: str, quantity: int) -> None:
    directions = read_directions(text)

    try:
        worked = days_supply(directions, Supplied(quantity=Decimal(quantity), unit="tablet"))
    except CannotCalculate:
        assert quantity < 4
        return

    left, used = int(worked.value), Fraction(0)
    for phase in phases(directions) or ():
        span = min(Fraction(left), phase.days or Fraction(left))
        used, left = used + phase.average * span, left - int(span)
    assert used <= quantity


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_directions_or_questions(raw: bytes) -> None:
    directions = read_directions(raw.decode("utf-8", errors="replace"))

    assert directions.steps or directions.questions


def test_directions_of_any_size_are_asked_about() -> None:
    directions = read_directions("1 tab po bid " * 100_000)

    assert directions.needs_clarification
    assert len(directions.text) <= 2000


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_clear_vector_reads_back_from_its_label(language: str) -> None:
    changed = []
    for row in vectors():
        directions = read_directions(row["sig"], row.get("context"))
        label = write_directions(directions, language).text
        if not directions.questions and read_directions(label, row.get("context")).steps != directions.steps:
            changed.append(row["id"])

    assert changed == []
