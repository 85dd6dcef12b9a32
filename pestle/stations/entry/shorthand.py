"""A pharmacy's own shorthand: seen in use, proposed by a person, approved by a pharmacist, retired by either."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.db.models import Count, F

from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.shorthand import SigShorthand
from pestle.stations.acts import one_act
from pestle.stations.intake.originals import Original
from pestle.terms.findings import refuse
from pestle.terms.roles import BENCH, LEADS, PHARMACISTS, spoken
from pestle.terms.sig import Directions, read_directions
from pestle.terms.sig.expansion import apply_library
from pestle.terms.sig.lexicon import plain_letters, raw_words
from pestle.terms.sig.lexing import lex

LONGEST_SHORT, LONGEST_TEXT, LONGEST_REASON = 20, 200, 200
SHORTEST_SHORT = 3
# How often people typed a code and then wrote it out in the same words before it is shown: a house figure.
SEEN_OFTEN = 3
MOST_SEEN = 40
WHOLE = "take 1 tablet by mouth daily"


@dataclass(frozen=True, slots=True)
class Seen:
    """A word that people typed and then wrote out, and how often."""

    short: str
    text: str
    times: int


def library_of(pharmacy: Pharmacy) -> Mapping[str, str]:
    """This will give a pharmacy's approved shorthand, for `sig_library` of the reader of directions."""
    return dict(SigShorthand.objects.filter(pharmacy=pharmacy).in_use().values_list("short", "text"))


def written_out(text: str, pharmacy: Pharmacy, original: Original) -> str:
    """This will write a pharmacy's own shorthand out in typed directions; the prescriber's own words stay as they are.

    What is kept is the text, never the code, so a code that is retired later changes no prescription.
    """
    received = str((original.get("drug") or {}).get("directions", ""))
    return text if text.strip() == received.strip() else apply_library(text, library_of(pharmacy))


@one_act
def propose(*, act_id: UUID, by: Worker, at: datetime, short: str, text: str) -> SigShorthand:
    """This will put a code forward; nothing is read by it until a pharmacist approves it."""
    if by.roles.isdisjoint(BENCH):
        raise refuse(f"Shorthand is for {spoken(BENCH)}.", rule="who_may", cites="table of roles")
    code, meaning = short.strip().lower(), " ".join(text.split())
    _meaning_is_plain(meaning)
    _code_is_free(code, meaning, by.pharmacy)
    times = next((seen.times for seen in seen_in_use(by.pharmacy) if (seen.short, seen.text) == (code, meaning)), 0)
    return SigShorthand.objects.create(
        pharmacy=by.pharmacy, short=code, text=meaning, times_seen=times, proposed_by=by, proposed_at=at
    )


@one_act
def approve(*, act_id: UUID, by: Worker, at: datetime, shorthand_id: int) -> SigShorthand:
    """This will let a code be written out as people type it, from now on."""
    if by.roles.isdisjoint(PHARMACISTS):
        raise refuse(
            "A pharmacist approves what shorthand stands for.", rule="who_may", cites="house rule: own shorthand"
        )
    row = _live(shorthand_id, by)
    _meaning_is_plain(row.text)
    if row.approved_at is None:
        row.approved_by, row.approved_at = by, at
        row.save(update_fields=["approved_by", "approved_at"])
    return row


@one_act
def retire(*, act_id: UUID, by: Worker, at: datetime, shorthand_id: int, because: str) -> SigShorthand:
    """This will turn a proposal down or take a code out of use; prescriptions typed with it keep their words."""
    row = _live(shorthand_id, by)
    may = PHARMACISTS | LEADS if row.approved_at else BENCH
    if by.roles.isdisjoint(may):
        raise refuse(
            f"An approved code is retired by {spoken(LEADS)}.", rule="who_may", cites="house rule: own shorthand"
        )
    if not because.strip():
        raise refuse("Say why.", rule="reason_is_given", field="because")
    row.retired_by, row.retired_at, row.retired_because = by, at, because.strip()[:LONGEST_REASON]
    row.save(update_fields=["retired_by", "retired_at", "retired_because"])
    return row


def reading_of(text: str) -> Directions:
    """This will read what a code stands for, as data entry would."""
    return read_directions(text)


def seen_in_use(pharmacy: Pharmacy) -> list[Seen]:
    """This will find words that people typed as directions, that nobody reads, and then wrote out in the same words.

    It reads the earlier forms that the database kept of each prescription, and changes nothing.
    """
    history = apps.get_model("records", "PrescriptionHistory")
    rows = history.objects.filter(pharmacy=pharmacy, sig_short__regex=rf"^\S{{{SHORTEST_SHORT},{LONGEST_SHORT}}}$")
    pairs = (
        rows.exclude(sig_short__iexact=F("pgh_obj__sig_short"))
        .exclude(pgh_obj__sig_short="")
        .values_list("sig_short", "pgh_obj__sig_short")
        .annotate(times=Count("pgh_obj", distinct=True))
        .filter(times__gte=SEEN_OFTEN)
        .order_by("-times", "sig_short")
    )
    known = set(SigShorthand.objects.filter(pharmacy=pharmacy).live().values_list("short", flat=True))
    found = [Seen(short.lower(), " ".join(text.split()), times) for short, text, times in pairs[: 4 * MOST_SEEN]]
    return [seen for seen in found if seen.short not in known and _is_a_code(seen)][:MOST_SEEN]


def in_table(pharmacy: Pharmacy) -> list[SigShorthand]:
    """This will give a pharmacy's codes: proposals first, then what is in use."""
    rows = SigShorthand.objects.filter(pharmacy=pharmacy).live().select_related("proposed_by", "approved_by")
    return list(rows.order_by(F("approved_at").asc(nulls_first=True), "short"))


def _is_a_code(seen: Seen) -> bool:
    # Typing that was kept half-way is the beginning of what followed.
    is_half_typed = seen.text.lower().startswith(seen.short)
    return not is_half_typed and not is_known(seen.short) and not reading_of(seen.text).questions


def is_known(short: str) -> bool:
    """This will tell whether the house already reads a word, or a part of it: such a word is no code of its own."""
    lexed = lex(short)
    return bool(lexed.corrections) or any(token.kind not in {"word", "num", "mark"} for token in lexed.tokens)


def _code_is_free(code: str, meaning: str, pharmacy: Pharmacy) -> None:
    if not (SHORTEST_SHORT <= len(code) <= LONGEST_SHORT) or len(code.split()) != 1:
        raise refuse(
            f"Type a code as one word of {SHORTEST_SHORT} to {LONGEST_SHORT} letters.",
            rule="a_code_is_one_word",
            field="short",
        )
    if not any(letter.isalpha() for letter in code) or raw_words(plain_letters(code)) == []:
        raise refuse("Type a code with a letter in it.", rule="a_code_is_one_word", field="short")
    if is_known(code) and not _reads_the_same(code, meaning):
        raise refuse(
            f"“{code}” is read by the house already: a code of its own would hide that.",
            rule="a_code_hides_nothing",
            field="short",
        )
    if SigShorthand.objects.filter(pharmacy=pharmacy, short__iexact=code).live().exists():
        raise refuse(
            f"“{code}” has a meaning here already: choose another.", rule="a_shorthand_has_one_meaning", field="short"
        )


def _meaning_is_plain(meaning: str) -> None:
    if not 0 < len(meaning) <= LONGEST_TEXT:
        raise refuse(
            f"Write what it stands for, in at most {LONGEST_TEXT} letters.", rule="a_code_has_a_meaning", field="text"
        )
    read = reading_of(meaning)
    if read.hazards:
        worst = read.hazards[0]
        raise refuse(
            f"“{worst.written}” is read as {worst.misread_as}: write {worst.use_instead}.",
            rule="error_prone_is_never_written",
            cites=worst.source,
            field="text",
        )
    if read.questions and not _adds_clearly(meaning):
        raise refuse(
            f"The meaning is not clear: {read.questions[0].sentence}", rule="a_code_has_a_meaning", field="text"
        )


def _reads_the_same(code: str, meaning: str) -> bool:
    one, other = reading_of(code), reading_of(meaning)
    return not one.questions and one.steps == other.steps and one.notes == other.notes and not one.unread


def _adds_clearly(meaning: str) -> bool:
    """Tell whether it adds something clear to a whole set of directions: "with food", "for pain"."""
    alone, beside = reading_of(WHOLE), reading_of(f"{WHOLE} {meaning}")
    adds = (beside.steps, beside.notes) != (alone.steps, alone.notes)
    return adds and len(beside.steps) == 1 and not beside.questions and not beside.unread


def _live(shorthand_id: int, by: Worker) -> SigShorthand:
    # Held until the act is over: of two who decide at once, the second sees what the first has decided.
    rows = SigShorthand.objects.filter(pharmacy_id=by.pharmacy_id, pk=shorthand_id).live()
    row = rows.select_for_update(of=("self",)).first()
    if row is None:
        raise refuse("There is no such code in use here.", rule="shorthand_is_here")
    return row
