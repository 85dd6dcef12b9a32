"""What the program does by itself, as jobs on procrastinate; each job only calls a station function.

A job is a nudge, never the only record of work: every table says by itself what is still to do, and the sweep that runs
each minute takes up what a killed process left.
"""

from pathlib import Path

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from pestle.stations import audit, outbox, waiting
from pestle.stations.bench import filling, printing
from pestle.stations.handover import returns, will_call
from pestle.stations.intake import cancellations, erx
from pestle.stations.keeping import finished_jobs, schedule
from pestle.stations.payers import adjudication, claim_cards, claim_sets
from pestle.stations.stock import discrepancies, supplier_door
from pestle.stations.withdrawn import recall_screening

# A courier is known to the outbox once its station is imported: the worker process needs them all.
COURIERS = (claim_cards.take_to_switch, erx.carry, printing.carry, supplier_door.carry)


@app.task(queue="out", name="deliver")
def deliver(message_id: int) -> None:
    """Try to give one message to its partner."""
    outbox.deliver(message_id, at=timezone.now())


@app.periodic(cron="* * * * * */15")
@app.task(queue="sweep", name="sweep_outbox", queueing_lock="sweep_outbox", pass_context=False)
def sweep_outbox(timestamp: int) -> None:
    """Take up every message whose time has come."""
    outbox.sweep(at=timezone.now())


@app.task(queue="claims", name="adjudicate")
def adjudicate(claim_id: int) -> None:
    """Bring one claim to its payer."""
    adjudication.adjudicate(claim_id, clock=timezone.now)
    returns.go_on_with_claim(claim_id, at=timezone.now())


@app.periodic(cron="* * * * * */15")
@app.task(queue="sweep", name="sweep_claims", queueing_lock="sweep_claims", pass_context=False)
def sweep_claims(timestamp: int) -> None:
    """Take up every claim whose time has come."""
    claim_sets.wake_held_claims(at=timezone.now())
    adjudication.sweep(clock=timezone.now)
    returns.go_on(at=timezone.now())


@app.periodic(cron="* * * * * */30")
@app.task(queue="sweep", name="sweep_erx", queueing_lock="sweep_erx", pass_context=False)
def sweep_erx(timestamp: int) -> None:
    """Take up e-prescribing messages that were kept but not dealt with, and end what prescribers cancelled."""
    erx.sweep_arrived(at=timezone.now())
    supplier_door.sweep_arrived(at=timezone.now())
    cancellations.answer_the_unmatched(at=timezone.now())
    cancellations.finish(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="sweep", name="wake_up", queueing_lock="wake_up", pass_context=False)
def wake_up(timestamp: int) -> None:
    """Wake what has slept long enough, mark the bags whose day has passed, end the rests whose clock has run out;
    hand what nobody explained in time to the pharmacist in charge."""
    waiting.wake(at=timezone.now())
    will_call.come_due(at=timezone.now())
    filling.lapse_due(at=timezone.now())
    discrepancies.escalate_due(at=timezone.now())


@app.periodic(cron="17 * * * *")
@app.task(queue="sweep", name="screen_recalls", queueing_lock="screen_recalls", pass_context=False)
def screen_recalls(timestamp: int) -> None:
    """Hold every recall notice against what came in since the last time, at every pharmacy."""
    recall_screening.screen_everywhere(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="sweep", name="seal_books", queueing_lock="seal_books")
def seal_books(timestamp: int) -> None:
    """Seal what was written since the last time and publish the new heads."""
    audit.seal_all(at=timezone.now(), heads_file=Path(settings.HEADS_FILE))


@app.periodic(cron="*/5 * * * *")
@app.task(queue="keeping", name="back_up_if_due", queueing_lock="back_up_if_due")
def back_up_if_due(timestamp: int) -> None:
    """Make the day's back-up once its moment has passed, at the latest when the machine is on again."""
    schedule.back_up_if_due(clock=timezone.now)


@app.task(queue="keeping", name="back_up_now", queueing_lock="back_up_now")
def back_up_now() -> None:
    """Make a back-up because somebody asked for one."""
    schedule.back_up_politely(clock=timezone.now)


@app.periodic(cron="13 * * * *")
@app.task(queue="keeping", name="remove_old_jobs", queueing_lock="remove_old_jobs")
def remove_old_jobs(timestamp: int) -> None:
    """Take the jobs away that were over days ago, these sweeps first of all."""
    finished_jobs.remove_finished_jobs(at=timezone.now())
