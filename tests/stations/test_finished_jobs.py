"""The list of jobs does not grow without end: what is over goes after some days, what is to be done stays."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from pestle.stations.keeping.finished_jobs import remove_finished_jobs

pytestmark = pytest.mark.django_db
CASES = (
    # status       days ago   stays
    ("succeeded",  2,         True),
    ("succeeded",  4,         False),
    ("cancelled",  4,         False),
    ("doing",      4,         False),
    ("failed",     4,         True),
    ("failed",     31,        False),
    ("todo",       31,        True),
)  # fmt: skip


def a_job(status: str, days_ago: int) -> int:
    number = app.configure_task("deliver", queue="out").defer(message_id=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status WHERE id = %s", [status, number]
        )
        cursor.execute(
            "UPDATE procrastinate_events SET at = %s WHERE job_id = %s",
            [timezone.now() - timedelta(days=days_ago), number],
        )
    return number


def test_jobs_that_are_over_go_after_some_days_and_those_to_be_done_stay() -> None:
    made = [a_job(status, days_ago) for status, days_ago, _ in CASES]

    gone = remove_finished_jobs(at=timezone.now())

    there = set(ProcrastinateJob.objects.values_list("pk", flat=True))
    assert {case: number in there for case, number in zip(CASES, made, strict=True)} == {
        case: case[2] for case in CASES
    }
    assert gone == 4


def test_the_job_worker_removes_them_by_itself() -> None:
    from pestle.stations import jobs

    number = a_job("succeeded", 4)

    jobs.remove_old_jobs.func(timestamp=0)

    assert not ProcrastinateJob.objects.filter(pk=number).exists()
    assert any(each.task is jobs.remove_old_jobs for each in app.periodic_registry.periodic_tasks.values())
