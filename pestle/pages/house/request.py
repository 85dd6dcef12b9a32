"""What a page is given: who asks, at which bench, in which pharmacy, and the number of the act."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.http import HttpRequest

from pestle.records.people import Worker
from pestle.records.pharmacies import Bench, Pharmacy


class Saw(Protocol):
    """Notes that this page shows these patients; nothing known yet (None) is no patient."""

    def __call__(self, *patient_ids: int | None) -> None: ...


class Request(HttpRequest):
    """A request of a worker, as the middleware in pestle/config hands it to every page behind the sign-in.

    `act_id` comes from the form (field `act_id`) or the header `X-Act-Id`, and is made where neither names one, so that
    a double click is one act. `arrived_at` is the one moment this request speaks of. `saw(patient.pk)` is called by
    every page that shows a patient; the looks are written after the page is made, also where it ends in a refusal.
    """

    worker: Worker
    pharmacy: Pharmacy
    bench: Bench | None
    act_id: UUID
    arrived_at: datetime
    saw: Saw
