"""What surrounds every page: who and where, the rail of stations with their counts, the clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from pestle.terms.drugs.tall_man import TallMan
from pestle.terms.look import Look


@dataclass(frozen=True, slots=True)
class RailStation:
    """One line of the rail; `count` is left out where a number says nothing."""

    label: str
    url: str
    key: str = ""
    count: int | None = None
    late: int = 0
    is_here: bool = False

    @property
    def cap(self) -> str:
        """Give what the key cap shows: the heading already says Alt."""
        return self.key.removeprefix("Alt ")


@dataclass(frozen=True, slots=True)
class RailGroup:
    """Stations under one heading."""

    heading: str
    stations: tuple[RailStation, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many pieces of work a station has open, and how many of them are late."""

    open: int
    late: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything the frame shows; a middleware puts one on `request.frame`, or a callable that makes one."""

    now: datetime
    site: str = "Pestle"
    bench: str = ""
    worker: str = ""
    worker_title: str = ""
    is_pharmacist: bool = False
    groups: tuple[RailGroup, ...] = ()
    hours: int = 12
    is_practice: bool = False
    look: Look = Look.LIGHT
    size: str = ""
    scan_url: str = "/scan/"
    find_url: str = "/where/"
    lock_url: str = "/lock/"
    idle_minutes: int = 0
    here_url: str = ""
    calls_url: str = ""
    call_url: str = ""
    help_url: str = ""
    tour: Any = None
    scan_prefix: str = ""
    tall_man: TallMan = field(default_factory=dict)
    keymap: Mapping[str, str] = field(default_factory=dict)

    @property
    def theme(self) -> str:
        """Give the look to begin with; where the computer decides, the page turns dark before anything is drawn."""
        return Look.DARK.value if self.look is Look.DARK else Look.LIGHT.value

    @property
    def initials(self) -> str:
        """Give the letters of the round mark: first and last name."""
        names = self.worker.split()
        return "".join(name[0] for name in (names[:1] + names[1:][-1:])).upper()


# (heading, (label, app name of its urls, key)); a station whose urls do not exist is left out of the rail.
RAIL: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "Stations: Alt +",
        (
            ("Board", "board", "Alt 0"),
            ("Drop-off", "drop_off", "Alt 1"),
            ("Data entry", "data_entry", "Alt 2"),
            ("Claims", "claims", "Alt 3"),
            ("Pre-check", "pre_check", "Alt 4"),
            ("Filling", "filling", "Alt 5"),
            ("Verification", "verification", "Alt 6"),
            ("Will-call", "will_call", "Alt 7"),
            ("Pickup", "pickup", ""),
        ),
    ),
    ("Stock: Alt +", (("Stock", "products", "Alt 8"), ("Receiving", "receiving", "Alt 9"))),
    (
        "Bench",
        (
            ("Where is it?", "where", "F3"),
            ("Patients", "patients", ""),
            ("Calculator", "calculator", ""),
            ("People", "people", ""),
            ("My credentials", "credentials", ""),
        ),
    ),
)


def rail(request: HttpRequest, waiting: Mapping[str, Waiting]) -> tuple[RailGroup, ...]:
    """Give the rail for this page, with what waits at each station by the app name of its urls."""
    here = request.resolver_match.app_name if request.resolver_match else ""
    groups = (
        RailGroup(heading, tuple(_station(*line, here=here, waiting=waiting) for line in lines if _url(line[1])))
        for heading, lines in RAIL
    )
    return tuple(group for group in groups if group.stations)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the frame the middleware made, or a bare one for a page outside a pharmacy."""
    given = getattr(request, "frame", None)
    if given is None:
        given = Frame(now=getattr(request, "arrived_at", None) or timezone.now(), groups=rail(request, {}))
    # Made when a template first asks for it: a part of a page that shows no frame counts no queues.
    return {"frame": SimpleLazyObject(given) if callable(given) else given}


def _station(label: str, app: str, key: str, *, here: str, waiting: Mapping[str, Waiting]) -> RailStation:
    work = waiting.get(app)
    return RailStation(
        label,
        _url(app),
        key,
        count=work.open if work else None,
        late=work.late if work else 0,
        is_here=app == here,
    )


def _url(app: str) -> str:
    for name in ("queue", "index"):
        try:
            return reverse(f"{app}:{name}")
        except NoReverseMatch:
            continue
    return ""
