"""What a rule has to say, and the refusal that carries it to the worker."""

from collections.abc import Iterable
from dataclasses import dataclass

from pestle.terms.roles import NOBODY, Role


@dataclass(frozen=True, slots=True)
class Finding:
    """One "no": the sentence, where it is written, who can lift it, and the field it speaks of."""

    rule: str
    sentence: str
    cites: str = ""
    lifted_by: frozenset[Role] = NOBODY
    field: str = ""
    is_reviewed: bool = True

    def may_be_lifted_by(self, roles: Iterable[Role]) -> bool:
        """This will tell whether one of these roles may go on in spite of the finding, with a reason."""
        return not self.lifted_by.isdisjoint(roles)


class Refused(Exception):
    """The worker can mend this: every finding that stands in the way of an act."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(" ".join(finding.sentence for finding in self.findings))


def refuse(sentence: str, *, rule: str = "this program", field: str = "", cites: str = "") -> Refused:
    """This will make a refusal of one sentence, for a reason that belongs to no legal rule."""
    return Refused((Finding(rule=rule, sentence=sentence, cites=cites, field=field),))
