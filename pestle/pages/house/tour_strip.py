"""The strip of the first day's tour, on every page while somebody walks it."""

from dataclasses import dataclass

from pestle.pages.house.request import Request
from pestle.stations import touring
from pestle.stations.touring import Standing

ON_TOUR = "tour"


@dataclass(frozen=True, slots=True)
class TourStrip:
    """Where the tour stands, and what the person at the counter says where that is asked for."""

    standing: Standing
    last: int
    says: str = ""


def strip_of(request: Request) -> TourStrip | None:
    """This will give the strip of this page; None where nobody is on the tour."""
    if not request.pharmacy.is_practice or not request.session.get(ON_TOUR):
        return None
    standing = touring.standing(request.worker)
    if standing is None:
        return None
    patient = standing.fill.prescription.patient if standing.fill else None
    if patient is None or standing.stop.page != "pickup:index":
        return TourStrip(standing, len(touring.STOPS))
    request.saw(patient.pk)
    return TourStrip(standing, len(touring.STOPS), f"{patient.full_name}, {patient.birth_on:%-m/%-d/%Y}")
