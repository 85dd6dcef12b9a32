"""Practice: a problem, an answer with its unit, the mark, the working, the next one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from pestle.calculations import catalogue
from pestle.pages.house.calculation_fields import heading_of, working
from pestle.pages.house.request import Request
from pestle.records.people import Account
from pestle.stations.entry import practice
from pestle.terms.findings import refuse

app_name = "practice"


def index(request: Request) -> HttpResponse:
    """Show the topics and how this account does in each; Enter begins a run."""
    scores = practice.scores(_account(request))
    totals = {"asked": sum(row.asked for row in scores), "right": sum(row.right for row in scores)}
    return render(request, "practice/index.html", {"scores": scores, "totals": totals})


def begin(request: Request, slug: str) -> HttpResponse:
    """Begin a run of a topic with a seed of its own."""
    practice.topic_named(slug)
    return redirect("practice:problem", slug, practice.new_seed(), 1)


def problem(request: Request, slug: str, seed: str, number: int) -> HttpResponse:
    """Show one problem of a run, or, once it is answered, its mark and its working."""
    topic = practice.topic_named(slug)
    asked = practice.problem_at(topic, seed, number)
    answered = practice.answered(_account(request), topic, seed, number)
    right, tried = practice.run_score(_account(request), topic, seed)
    shown: dict[str, Any] = {
        "slug": slug, "seed": seed, "number": number, "problem": asked, "answered": answered, "right": right,
        "tried": tried, "topic": topic or practice.MIXED, "entry": heading_of(catalogue.named(asked.name)),
        "next_url": reverse("practice:problem", args=[slug, seed, number + 1]),
    }  # fmt: skip
    if answered is not None:
        shown["working"] = working(shown["entry"].title, asked.worked)
    return render(request, "practice/problem.html", shown)


@require_POST
def answer(request: Request, slug: str, seed: str, number: int) -> HttpResponse:
    """Mark an answer; the page of the problem then shows it."""
    practice.answer(
        act_id=request.act_id,
        by=request.worker,
        at=request.arrived_at,
        topic=practice.topic_named(slug),
        seed=seed,
        number=number,
        text=request.POST.get("answer", ""),
    )
    return redirect("practice:problem", slug, seed, number)


def _account(request: Request) -> Account:
    if request.worker.account is None:
        raise refuse("Sign in to practise.", rule="score_belongs_to_an_account")
    return request.worker.account


urlpatterns = [
    path("", index, name="index"),
    path("<slug:slug>/", begin, name="begin"),
    path("<slug:slug>/<slug:seed>/<int:number>/", problem, name="problem"),
    path("<slug:slug>/<slug:seed>/<int:number>/answer/", answer, name="answer"),
]
