"""One act of one worker: one transaction, done once however often it is asked for."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar, cast
from uuid import UUID, uuid5

from django.apps import apps
from django.db import models, transaction

from pestle.records.events import Act
from pestle.records.history import CONTEXT, CONTEXT_ID
from pestle.records.people import Worker
from pestle.records.statements.prepared import the_row
from pestle.stations.refinement import refined
from pestle.terms.findings import refuse
from pestle.terms.roles import BENCH

Given = ParamSpec("Given")
Answer = TypeVar("Answer", bound=models.Model | None)
# Every act of the house that has been imported, by module and name.
ACTS: dict[str, Callable[..., models.Model | None]] = {}


def one_act(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """This will make a station function an act: keyword-only, with `act_id`, `by` and `at` among its arguments.

    The whole act is one transaction. The same `act_id` again, from a double click, a resent message or a retried job,
    is given the first answer and changes nothing; two at the same instant wait for each other. The database's own
    refusals are turned into sentences.
    """

    @wraps(function)
    def once(*nothing: Given.args, **given: Given.kwargs) -> Answer:
        act_id, by, at = cast(UUID, given["act_id"]), cast(Worker, given["by"]), cast(datetime, given["at"])
        name = name_of(function)
        with refined(), transaction.atomic():
            act = Act(act_id=act_id, pharmacy_id=by.pharmacy_id, name=name, worker=by, at=at)
            if not _is_first(act):
                return cast(Answer, _first_answer(act))
            answer = function(*nothing, **given)
            _keep_answer(act, answer)
            return answer

    ACTS[name_of(function)] = once
    return once


def name_of(function: Callable[..., object]) -> str:
    """This will give the name under which an act is written down: its module and its own."""
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def demand_bench(by: Worker, what: str) -> None:
    """This will raise Refused unless the worker stands at the bench: for acts that take no step of a table."""
    if by.roles.isdisjoint(BENCH):
        raise refuse(f"{what} is for a technician, an intern or a pharmacist.", rule="who_may", cites="table of roles")


def act_within(act_id: UUID, name: str) -> UUID:
    """This will give the id of an act that follows from another one, the same each time."""
    return uuid5(act_id, name)


# Triggers that keep the history of a row read the two settings for the length of the transaction. ON CONFLICT DO
# NOTHING waits for a running transaction with the same id, then sees what it did.
_BEGUN = """
WITH told AS MATERIALIZED (SELECT set_config(%s, %s, true), set_config(%s, %s, true))
INSERT INTO records_act (act_id, pharmacy_id, name, worker_id, at, answer_model)
SELECT %s::uuid, %s::bigint, %s, %s::bigint, %s::timestamptz, '' FROM told
ON CONFLICT DO NOTHING RETURNING act_id
"""
_ANSWERED = "UPDATE records_act SET answer_model = %s, answer_id = %s WHERE act_id = %s RETURNING act_id"


def _is_first(act: Act) -> bool:
    told = json.dumps({"act": str(act.act_id), "name": act.name, "worker": act.worker_id})
    history = (CONTEXT_ID, str(act.act_id), CONTEXT, told)
    return the_row(_BEGUN, [*history, act.act_id, act.pharmacy_id, act.name, act.worker_id, act.at]) is not None


def _first_answer(act: Act) -> models.Model | None:
    kept = Act.objects.get(pk=act.act_id)
    if (kept.name, kept.worker_id, kept.pharmacy_id) != (act.name, act.worker_id, act.pharmacy_id):
        raise refuse("This id was used for another act: ask for the page again.", rule="act_id_is_used_once")
    if not kept.answer_model:
        return None
    model = apps.get_model("records", kept.answer_model)
    return cast(models.Model, model._default_manager.get(pk=kept.answer_id))


def _keep_answer(act: Act, answer: models.Model | None) -> None:
    if answer is not None:
        the_row(_ANSWERED, [answer._meta.model_name, answer.pk, act.act_id])
