"""Who must have a second factor before they go on. Those who have one are always asked for it at sign-in."""

from ipaddress import ip_address, ip_network
from typing import cast

from django.conf import settings

from pestle.pages.house.request import Request
from pestle.pages.house.second_factor import has_second_factor
from pestle.terms.roles import Role

_KNOWN = "has_second_factor"


def must_enrol(request: Request) -> bool:
    """This will tell whether this worker has to set up a second factor first.

    The roles of SECOND_FACTOR_ROLES always, and everybody whose request comes from outside COUNTER_NETWORKS where those
    are set. The made-up pharmacy asks nobody, unless SECOND_FACTOR_IN_PRACTICE.
    """
    if request.pharmacy.is_practice and not settings.SECOND_FACTOR_IN_PRACTICE:
        return False
    if request.session.get(_KNOWN) == request.user.pk or not (_by_role(request) or _is_remote(request)):
        return False
    has_one = has_second_factor(cast(int, request.user.pk))
    if has_one:
        request.session[_KNOWN] = request.user.pk
    return not has_one


def _by_role(request: Request) -> bool:
    asked = {Role(name) for name in settings.SECOND_FACTOR_ROLES}
    return not request.worker.roles.isdisjoint(asked)


def _is_remote(request: Request) -> bool:
    networks = [ip_network(each) for each in settings.COUNTER_NETWORKS]
    address = ip_address(request.META.get("REMOTE_ADDR") or "127.0.0.1")
    return bool(networks) and not any(address in each for each in networks)
