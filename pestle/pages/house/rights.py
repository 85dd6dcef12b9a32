"""Who may open a page. What a worker may do on it follows from the table of steps, never from here."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.http.response import HttpResponseBase

from pestle.pages.house.request import Request
from pestle.terms.findings import Finding, Refused, refuse
from pestle.terms.roles import MAY_SEE_PATIENTS, Role, spoken

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

OPEN_TO_ALL = "is_open_to_all"
OPEN_WHILE_LOCKED = "is_open_while_locked"
CHANGES_NOTHING = "changes_nothing"
SHOWS_PATIENTS = "shows_patients"


def may(*who: Role | frozenset[Role]) -> Callable[[View], View]:
    """This will open a page only to workers of these roles; anybody else is told whose it is."""
    roles = frozenset[Role]().union(*({each} if isinstance(each, Role) else each for each in who))

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Request, *given: Any, **named: Any) -> HttpResponseBase:
            if request.worker.roles.isdisjoint(roles):
                sentence = f"This page is for {spoken(roles)}."
                raise Refused((Finding(rule="who_may", sentence=sentence, cites="table of roles"),))
            return view(request, *given, **named)

        return cast(View, guarded)

    return decorate


def shows_patients(view: View) -> View:
    """This will close a page to whoever sees no patient; such a page calls `request.saw` for each it shows."""

    @wraps(view)
    def guarded(request: Request, *given: Any, **named: Any) -> HttpResponseBase:
        if not request.worker.may_see_patients:
            raise no_patients_for(request.worker.roles)
        return view(request, *given, **named)

    return cast(View, _marked(guarded, SHOWS_PATIENTS))


def no_patients_for(roles: frozenset[Role]) -> Refused:
    """This will make the refusal for somebody whose work needs no patient's record."""
    whose = "an administrator keeps accounts and settings" if Role.ADMINISTRATOR in roles else "your work needs none"
    return refuse(
        f"This page shows patients, and {whose}.",
        rule="may_see_patients",
        cites="45 CFR 164.502(b), 164.514(d): minimum necessary",
    )


def may_read_patients(roles: frozenset[Role]) -> bool:
    """This will tell whether one of these roles may look at a patient's record."""
    return not roles.isdisjoint(MAY_SEE_PATIENTS)


def open_to_all(view: View) -> View:
    """This will let a page be seen without signing in."""
    return _marked(view, OPEN_TO_ALL)


def open_while_locked(view: View) -> View:
    """This will let a page answer while the bench is locked: only what unlocks it or leaves it."""
    return _marked(view, OPEN_WHILE_LOCKED)


def changes_nothing(view: View) -> View:
    """This will let an auditor post to a page, since it writes no piece of work: a scan, a search, the lock."""
    return _marked(view, CHANGES_NOTHING)


def _marked(view: View, mark: str) -> View:
    setattr(view, mark, True)
    return view
