"""Takes away the jobs of the background worker that are over: each was a nudge, and what it did stands in the books."""

from datetime import datetime, timedelta

from django.db import connection

KEPT = timedelta(days=3)
# Why a job failed is asked about later than what went well.
FAILED_KEPT = timedelta(days=30)
# A job that is still “doing” after all that time was cut short with its process; its work was taken up by a sweep.
_OVER = """
DELETE FROM procrastinate_jobs job
WHERE job.status <> 'todo' AND NOT EXISTS (
    SELECT FROM procrastinate_events event
    WHERE event.job_id = job.id AND event.at >= CASE job.status WHEN 'failed' THEN %s ELSE %s END
)
"""


def remove_finished_jobs(*, at: datetime) -> int:
    """This will remove what was over some days ago, and tell how many jobs went; none that is still to be done."""
    with connection.cursor() as cursor:
        cursor.execute(_OVER, [at - FAILED_KEPT, at - KEPT])
        return int(cursor.rowcount)
