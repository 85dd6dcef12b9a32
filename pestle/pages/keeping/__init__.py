"""Keeping the house: how it stands with its back-ups."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from pestle.pages.house.request import Request
from pestle.pages.house.rights import may
from pestle.records.keeping.backups import BackUp
from pestle.stations.keeping import schedule
from pestle.terms.roles import Role

app_name = "keeping"
KEEPERS = frozenset({Role.ADMINISTRATOR, Role.PHARMACIST_IN_CHARGE})
_SHOWN = 20


def index(request: Request) -> HttpResponse:
    """Show the last back-ups, what is wrong with them, where they lie and what opens them."""
    shown = {
        "standing": schedule.standing(request.arrived_at),
        "tried": BackUp.objects.order_by("-begun_at", "-pk")[:_SHOWN],
        "folder": settings.BACKUP_FOLDER,
        "key_file": "" if settings.BACKUP_RECIPIENT or settings.BACKUP_PHRASE_FILE else settings.BACKUP_KEY_FILE,
        "at": settings.BACKUP_AT,
        "next_at": schedule.next_moment(request.arrived_at),
        "is_same_disk": schedule.lies_on_the_same_disk(),
        "room": schedule.room_left(),
        "may_ask": not request.worker.roles.isdisjoint(KEEPERS),
    }
    return render(request, "keeping/index.html", shown)


@require_POST
@may(KEEPERS)
def now(request: Request) -> HttpResponse:
    """Let the background worker make one now."""
    schedule.ask_for_one()
    return redirect("keeping:index")


urlpatterns = [path("", index, name="index"), path("now/", now, name="now")]
