"""What must be asked about a fill's directions: sent to the prescriber, or kept with the fill, which waits."""

from datetime import datetime
from uuid import UUID

from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations import waiting
from pestle.stations.acts import act_within, one_act
from pestle.stations.entry.data_entry import fill_in_entry
from pestle.stations.entry.directions import read_for
from pestle.stations.intake import prescriber_requests
from pestle.terms.findings import refuse

LONGEST_QUESTION = 200
CLARIFICATION = "S"


def questions_of(fill: Fill) -> str:
    """This will give the questions about a fill's directions as one text, empty where there are none."""
    return " ".join(map(str, read_for(fill).questions)) if fill.prescription.directions else ""


@one_act
def ask_prescriber(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, question: str, wakes_at: datetime | None
) -> Fill:
    """This will ask the prescriber, over the network or by a task to telephone, and let the fill wait for it."""
    fill = fill_in_entry(by, fill_id)
    asked = _question(question)
    prescriber_requests.ask_change(
        act_id=act_within(act_id, "ask"), by=by, at=at, prescription_id=fill.prescription_id, code=CLARIFICATION,
        reason=asked,
    )  # fmt: skip
    return keep_question(
        act_id=act_within(act_id, "wait"), by=by, at=at, fill_id=fill_id, question=asked, wakes_at=wakes_at
    )


@one_act
def keep_question(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, question: str, wakes_at: datetime | None
) -> Fill:
    """This will keep a question with the fill, which waits for the prescriber and shows it to whoever takes it up."""
    fill_in_entry(by, fill_id)
    return waiting.hold(
        act_id=act_within(act_id, "hold"), by=by, at=at, fill_id=fill_id, reason="prescriber", wakes_at=wakes_at,
        owner=by, remark=_question(question),
    )  # fmt: skip


def _question(text: str) -> str:
    asked = " ".join(text.split())
    if not asked:
        raise refuse("Write what is asked.", rule="a_question_is_asked", field="question")
    return asked[:LONGEST_QUESTION]
