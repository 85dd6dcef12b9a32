"""What colleagues say to each other: a call that rings until a pharmacist comes, a note for the next shift."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from pestle.flows.machine import NEW
from pestle.flows.notice import NOTICE, NoticeState
from pestle.records.fills import Fill
from pestle.records.handover import Notice
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.rules.facts import NoticeFacts
from pestle.stations.acts import one_act
from pestle.terms.findings import refuse

STATION = "board"
LONGEST = 500
# How long a note that was read still shows, for whoever comes a little later.
SHOWN_FOR = timedelta(hours=12)


@one_act
def call_pharmacist(
    *, act_id: UUID, by: Worker, at: datetime, where: str = "", fill_id: int | None = None, words: str = ""
) -> Notice:
    """Call a pharmacist to where somebody stands; it rings until one answers. A second call from there adds nothing."""
    # Two calls of one person at the same instant wait for each other here, so that the second finds the first.
    Worker.objects.select_for_update(no_key=True).get(pk=by.pk)
    about = Q(fill_id=fill_id) if fill_id else Q(fill=None)
    ringing = Notice.objects.filter(about, pharmacy_id=by.pharmacy_id, made_by=by).ringing().first()
    if ringing is not None:
        return ringing
    return _say("call", words, act_id=act_id, by=by, at=at, where=where, fill_id=fill_id)


@one_act
def answer(*, act_id: UUID, by: Worker, at: datetime, notice_id: int) -> Notice:
    """Tell whoever called that this pharmacist is coming."""
    return _take("answer", act_id=act_id, by=by, at=at, notice_id=notice_id)


@one_act
def withdraw(*, act_id: UUID, by: Worker, at: datetime, notice_id: int) -> Notice:
    """Stop a call that is no longer needed; whoever called does."""
    if _notice(notice_id, by).made_by_id != by.pk:
        raise refuse("Whoever called takes the call back; a pharmacist answers it.", rule="own_call_is_withdrawn")
    return _take("withdraw", act_id=act_id, by=by, at=at, notice_id=notice_id)


@one_act
def leave_note(*, act_id: UUID, by: Worker, at: datetime, words: str, where: str = "") -> Notice:
    """Leave a hand-over note for the next shift; it stays on the board until somebody else says they have read it."""
    if not words.strip():
        raise refuse("Write what the next shift has to know.", rule="note_has_words", field="words")
    return _say("leave", words, act_id=act_id, by=by, at=at, where=where)


@one_act
def acknowledge(*, act_id: UUID, by: Worker, at: datetime, notice_id: int) -> Notice:
    """Say that a hand-over note was read; never by its own author."""
    if _notice(notice_id, by).made_by_id == by.pk:
        raise refuse("This note is yours: whoever takes over acknowledges it.", rule="note_is_read_by_another")
    return _take("acknowledge", act_id=act_id, by=by, at=at, notice_id=notice_id)


def ringing_for(worker: Worker) -> tuple[Notice, ...]:
    """This will give the calls that concern a worker: a pharmacist all of them, anybody else their own."""
    ringing = Notice.objects.filter(pharmacy_id=worker.pharmacy_id).ringing().select_related("made_by")
    return tuple(each for each in ringing if may_answer(worker) or each.made_by_id == worker.pk)


def may_answer(worker: Worker) -> bool:
    """This will tell whether this worker answers calls."""
    step = NOTICE.step("answer", NoticeState.RINGING)
    return step is not None and not worker.roles.isdisjoint(step.who)


def may_call(worker: Worker) -> bool:
    """This will tell whether this worker calls a pharmacist; a pharmacist is one."""
    step = NOTICE.step("call", NEW)
    return step is not None and not worker.roles.isdisjoint(step.who) and not may_answer(worker)


def unread(pharmacy: Pharmacy) -> tuple[Notice, ...]:
    """This will give the hand-over notes nobody has acknowledged."""
    return tuple(Notice.objects.filter(pharmacy=pharmacy).unread().select_related("made_by"))


def read_lately(pharmacy: Pharmacy, at: datetime) -> tuple[Notice, ...]:
    """This will give the hand-over notes acknowledged within the last hours, the newest first."""
    read = Q(state=NoticeState.ACKNOWLEDGED, state_since__gt=at - SHOWN_FOR)
    rows = Notice.objects.filter(read, pharmacy=pharmacy).select_related("made_by", "taken_by")
    return tuple(rows.order_by("-made_at")[:5])


def _say(
    verb: str, words: str, *, act_id: UUID, by: Worker, at: datetime, where: str, fill_id: int | None = None
) -> Notice:
    if len(words.strip()) > LONGEST:
        raise refuse(f"A note has at most {LONGEST} characters: write it shorter.", rule="note_is_short", field="words")
    fill = Fill.objects.filter(pk=fill_id, pharmacy_id=by.pharmacy_id).first() if fill_id else None
    if fill_id and fill is None:
        raise refuse("This fill is not in this pharmacy: load the page again, then call.", rule="fill_is_here")
    said = Notice(pharmacy_id=by.pharmacy_id, words=words.strip(), where=where[:40], fill=fill, made_by=by, made_at=at)
    taken = NOTICE.take(verb, NoticeFacts(state=NEW, at=at, roles=by.roles), by.roles)
    return said.begin(taken, act_id=act_id, by=by, at=at, station=STATION)


def _notice(notice_id: int, by: Worker) -> Notice:
    found = Notice.objects.filter(pk=notice_id, pharmacy_id=by.pharmacy_id).first()
    if found is None:
        raise refuse("This note is not in this pharmacy: load the board again.", rule="notice_is_here")
    return found


def _take(verb: str, *, act_id: UUID, by: Worker, at: datetime, notice_id: int) -> Notice:
    notice = _notice(notice_id, by)
    taken = NOTICE.take(verb, notice.facts(at, roles=by.roles), by.roles)
    notice.taken_by, notice.taken_at = by, at
    notice.save(update_fields=["taken_by", "taken_at"])
    notice.record(taken, act_id=act_id, by=by, at=at, station=STATION)
    return notice
