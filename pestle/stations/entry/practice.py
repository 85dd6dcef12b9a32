"""Practice of calculations: which problem comes, how an answer was marked, and the score of an account by topic."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db.models import Count, Q
from django.utils.text import slugify

from pestle.calculations.practice import Problem, mark, practised, problems, seeded
from pestle.records.calculations import PracticeAnswer
from pestle.records.people import Account, Worker
from pestle.stations.acts import one_act
from pestle.terms.findings import refuse

LONGEST_ANSWER = 200
# Each kind comes once before any comes again, so that a run this long has seen every kind of every topic.
LONGEST_RUN = 500
MIXED = "all topics"


@dataclass(frozen=True, slots=True)
class TopicScore:
    """How an account does in a topic."""

    topic: str
    slug: str
    kinds: int
    asked: int = 0
    right: int = 0

    @property
    def percent(self) -> int | None:
        """Give right answers in a hundred; None before the first."""
        return None if not self.asked else round(100 * self.right / self.asked)


def new_seed() -> str:
    """This will draw the seed of a new run."""
    return secrets.token_hex(4)


def slugs() -> Mapping[str, str]:
    """This will give the practised topics by the word that names them in an address."""
    found = dict.fromkeys(entry.topic for entry in practised())
    return {slugify(MIXED): "", **{slugify(topic): topic for topic in found}}


def topic_named(slug: str) -> str:
    """This will give the topic of an address, empty for all of them; Refused where there is none."""
    if slug not in slugs():
        raise refuse("There is no such topic to practise: choose one of the list.", rule="topic_is_known")
    return slugs()[slug]


def problem_at(topic: str, seed: str, number: int) -> Problem:
    """This will give the problem of this number in a run, the same each time."""
    if not 1 <= number <= LONGEST_RUN:
        raise refuse("This run is over: begin another.", rule="a_run_ends")
    return next(islice(problems(seeded(seed), topic=topic), number - 1, None))


@one_act
def answer(
    *, act_id: UUID, by: Worker, at: datetime, topic: str, seed: str, number: int, text: str
) -> PracticeAnswer:  # fmt: skip
    """This will mark an answer and count it; the first answer to a problem stands."""
    if by.account is None:
        raise refuse("Sign in to practise.", rule="score_belongs_to_an_account")
    before = answered(by.account, topic, seed, number)
    if before is not None:
        return before
    if not text.strip():
        raise refuse("Type the answer with its unit.", rule="an_answer_is_given", field="answer")
    asked = problem_at(topic, seed, number)
    marked = mark(asked, text.strip()[:LONGEST_ANSWER])
    return PracticeAnswer.objects.create(
        account=by.account,
        topic=asked.topic,
        run_topic=topic,
        seed=seed,
        number=number,
        calculation=asked.name,
        answer=text.strip()[:LONGEST_ANSWER],
        mark=marked.mark.value,
        sentence=marked.sentence,
        is_right=marked.is_right,
        at=at,
    )


def answered(account: Account, topic: str, seed: str, number: int) -> PracticeAnswer | None:
    """This will give what was answered to this problem, if anything."""
    return PracticeAnswer.objects.filter(account=account, run_topic=topic, seed=seed, number=number).first()


def scores(account: Account) -> list[TopicScore]:
    """This will give every topic with its score, the weakest first, then those never tried."""
    rows = PracticeAnswer.objects.filter(account=account).values_list("topic")
    counted = {
        topic: (asked, right)
        for topic, asked, right in rows.annotate(asked=Count("pk"), right=Count("pk", filter=Q(is_right=True)))
    }
    found = [
        TopicScore(topic, slug, len(practised(topic)), *counted.get(topic, (0, 0)))
        for slug, topic in slugs().items()
        if topic
    ]
    return sorted(found, key=lambda row: (row.percent is None, row.percent or 0))


def run_score(account: Account, topic: str, seed: str) -> tuple[int, int]:
    """This will give (right, asked) of one run."""
    rows = PracticeAnswer.objects.filter(account=account, run_topic=topic, seed=seed)
    return rows.filter(is_right=True).count(), rows.count()
