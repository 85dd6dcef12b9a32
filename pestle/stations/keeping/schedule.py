"""When a back-up is due, which old ones go, and the notice when there is no good one."""

import os
import shutil
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from pestle.records.keeping.backups import BackUp, tables_made_at
from pestle.records.pharmacies import Pharmacy
from pestle.stations.keeping.backing_up import SUFFIX, back_up
from pestle.stations.keeping.failures import BackUpFailed

# A day, and the time a machine takes to be started in the morning and to make the one it missed.
LOUD_AFTER = timedelta(hours=26)
AGAIN_AFTER = timedelta(hours=1)
OFF = "off"
_NICENESS = 10
_NAME = "pestle-%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the house stands with its back-ups: the last good one, the last tried, and what is wrong, if anything."""

    good: BackUp | None
    last: BackUp | None
    wrong: str
    is_off: bool

    @property
    def is_loud(self) -> bool:
        """Whether everybody at the board is told."""
        return bool(self.wrong)


def standing(at: datetime) -> Standing:
    """This will say how the house stands with its back-ups at a moment."""
    good, last = BackUp.objects.good().newest(), BackUp.objects.newest()
    return Standing(good, last, _wrong(good, last, at), settings.BACKUP_AT == OFF)


def is_due(at: datetime) -> bool:
    """This will say whether the moment of the day's back-up has passed without a good one since.

    A machine that was off at that moment makes it once it is on. After a failure an hour passes before the next try.
    """
    if settings.BACKUP_AT == OFF:
        return False
    good, last = BackUp.objects.good().newest(), BackUp.objects.newest()
    since = good.begun_at if good else tables_made_at()
    if since is None or since >= last_moment(at):
        return False
    return last is None or not last.failure or at - last.begun_at >= AGAIN_AFTER


def last_moment(at: datetime) -> datetime:
    """This will give when a back-up was last to be made, by the clock on the pharmacy's wall."""
    pharmacy = Pharmacy.objects.order_by("pk").first()
    zone = ZoneInfo(pharmacy.time_zone) if pharmacy else UTC
    local = at.astimezone(zone)
    moment = datetime.combine(local.date(), time.fromisoformat(settings.BACKUP_AT), zone)
    return moment if moment <= local else moment - timedelta(days=1)


def next_moment(at: datetime) -> datetime | None:
    """This will give when the next back-up is to be made; None where they are switched off."""
    return None if settings.BACKUP_AT == OFF else last_moment(at) + timedelta(days=1)


def back_up_if_due(*, clock: Callable[[], datetime]) -> BackUp | None:
    """This will make the day's back-up if it is due and let the oldest go; None when there was none to do."""
    return back_up_politely(clock=clock, is_scheduled=True) if is_due(clock()) else None


def ask_for_one() -> None:
    """This will let the background worker make a back-up now."""
    with suppress(AlreadyEnqueued):  # One that waits already is as good.
        app.configure_task("back_up_now", queue="keeping", queueing_lock="back_up_now").defer()


def back_up_politely(*, clock: Callable[[], datetime], is_scheduled: bool = False) -> BackUp | None:
    """This will make a back-up in a thread that steps back for everything else; None when another is being made."""
    made: list[BackUp] = []

    def work() -> None:
        try:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
            made.append(back_up(clock=clock, is_scheduled=is_scheduled))
            retire(Path(settings.BACKUP_FOLDER), days=settings.BACKUP_KEEP_DAYS, months=settings.BACKUP_KEEP_MONTHS)
        except BackUpFailed:
            # Whoever makes the other one writes down what comes of it.
            return
        finally:
            connections.close_all()

    thread = threading.Thread(target=work, name="back-up")
    thread.start()
    thread.join()
    return made[0] if made else None


def retire(folder: Path, *, days: int, months: int) -> list[Path]:
    """This will take away the back-ups of this house that are neither among the newest nor the last of a month."""
    known = {path: moment for path in folder.glob(f"pestle-*{SUFFIX}") if (moment := moment_of(path)) is not None}
    kept = worth_keeping(known.values(), days=days, months=months)
    gone = sorted(path for path, moment in known.items() if moment not in kept)
    for path in gone:
        path.unlink()
    return gone


def worth_keeping(moments: Iterable[datetime], *, days: int, months: int) -> set[datetime]:
    """This will choose the last of each of the newest days and the last of each of the newest months; one stays."""
    last_of_day: dict[str, datetime] = {}
    last_of_month: dict[str, datetime] = {}
    for moment in sorted(moments):
        last_of_day[f"{moment:%Y%m%d}"] = last_of_month[f"{moment:%Y%m}"] = moment
    by_day, by_month = (sorted(each.values(), reverse=True) for each in (last_of_day, last_of_month))
    return {*by_day[: max(days, 1)], *by_month[:months]}


def moment_of(path: Path) -> datetime | None:
    """This will read from its name when a back-up was begun; None where the name is not one of ours."""
    try:
        return datetime.strptime(path.name.removesuffix(SUFFIX), _NAME).replace(tzinfo=UTC)
    except ValueError:
        return None


def room_left() -> int | None:
    """This will give how many octets the folder of the back-ups can still take; None where it cannot be asked."""
    folder = Path(settings.BACKUP_FOLDER)
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def lies_on_the_same_disk() -> bool:
    """This will say whether one broken disk would take the pharmacy and its back-ups together."""
    folder, home = Path(settings.BACKUP_FOLDER), Path(settings.BACKUP_KEY_FILE).parent
    return not folder.exists() or not home.exists() or folder.stat().st_dev == home.stat().st_dev


def _wrong(good: BackUp | None, last: BackUp | None, at: datetime) -> str:
    if settings.BACKUP_AT == OFF:
        return ""
    since = good.begun_at if good else tables_made_at()
    if last is not None and last.failure:
        return f"The last back-up failed. {last.failure}"
    if since is not None and at - since > LOUD_AFTER:
        days = max(round((at - since) / timedelta(days=1)), 1)
        old = f"{days} day{'s' if days > 1 else ''} old"
        return f"The last good back-up is {old}." if good else f"There is no back-up yet of a pharmacy that is {old}."
    return ""
