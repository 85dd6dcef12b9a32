"""An act whose job could not be asked for, because the database was away: it is not done, and can be tried again."""

import pytest
from django.db import OperationalError, connection

from pestle.records.messages import Message
from pestle.records.pharmacies import Bench, Partner, PartnerKind
from pestle.stations.bench import printing
from tests.stations.bench import act, queued
from tests.world import make_world


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_while_a_job_is_asked_for_is_said_to_be_away_and_nothing_is_done() -> None:
    world = make_world()
    fill, told = queued(world), act(world)
    printer = Partner.objects.create(
        pharmacy=world.pharmacy, kind=PartnerKind.PRINTER, name="Filling 1", host="127.0.0.1", port=1
    )
    bench = Bench.objects.create(pharmacy=world.pharmacy, name="Filling 1", station="filling", printer=printer)
    other = connection.copy()
    with other.cursor() as elsewhere, connection.cursor() as here:
        elsewhere.execute("BEGIN")
        elsewhere.execute("LOCK TABLE procrastinate_jobs")
        here.execute("SET lock_timeout = '1ms'")

        with pytest.raises(OperationalError):
            printing.print_label(**told, fill_id=fill.pk, bench_id=bench.pk)

        assert not Message.objects.filter(subject_id=fill.pk, kind=printing.LABEL).exists()
        elsewhere.execute("ROLLBACK")
        here.execute("RESET lock_timeout")
    other.close()
    printing.print_label(**told, fill_id=fill.pk, bench_id=bench.pk)
    assert Message.objects.filter(subject_id=fill.pk, kind=printing.LABEL).count() == 1
