"""What the pretend payers know: plans, members, drugs, authorizations. All invented; told at the start or on demand."""

from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

HUNDRED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One plan: what its card looks like and what it pays. Money in dollars."""

    name: str
    bin: str
    pcn: str
    id_prefix: str = ""
    copays: tuple[str, str, str] = ("5.00", "25.00", "0.00")
    coinsurance_percent: int = 30
    deductible: str = "0.00"
    fee: str = "1.50"
    most_days: int = 90
    most_cost: str = "2500.00"
    too_soon_percent: int = 75
    reversal_days: int = 90
    too_old_code: str = "87"
    takes_rebills: bool = False
    help_desk: str = "8005550111"

    @property
    def key(self) -> str:
        return f"{self.bin}/{self.pcn}"


PLANS = (
    Plan(name="Cascade Rx", bin="990011", pcn="CASC", id_prefix="CA", takes_rebills=True),
    Plan(name="Harbor Health", bin="990022", pcn="HARBOR", id_prefix="HA", copays=("10.00", "35.00", "0.00"),
         deductible="50.00", too_soon_percent=80),
    Plan(name="Lakeshore Senior", bin="990033", pcn="LSPARTD", id_prefix="LS", copays=("2.00", "20.00", "0.00"),
         coinsurance_percent=25, too_soon_percent=80),
    Plan(name="Wolverine Care", bin="990044", pcn="WOLVMCD", id_prefix="WO", copays=("1.00", "3.00", "3.00"),
         coinsurance_percent=0, fee="3.00", most_days=34, too_soon_percent=85),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What a plan has on file of one cardholder; empty means that it does not look."""

    plan: str
    id: str
    group: str = ""
    person_code: str = ""
    born_on: str = ""
    sex: str = ""
    from_on: str = ""
    until_on: str = ""
    is_covered: bool = True
    other_payer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """What a plan has decided on one product; the first nine digits of an NDC, or all eleven."""

    plan: str
    product: str
    tier: int = 1
    is_covered: bool = True
    preferred: str = ""
    preferred_words: str = ""
    needs_authorization: bool = False
    per_day: str = ""
    clashes_with: tuple[str, ...] = ()
    clash_code: str = "DD"
    clash_words: str = ""


@dataclass(slots=True)
class Desk:
    """All that the payers know, and how often things go wrong by themselves (1 as in real life, 0 never)."""

    seed: int = 7
    troubles: Decimal = Decimal(1)
    plans: dict[str, Plan] = field(default_factory=lambda: {plan.key: plan for plan in PLANS})
    members: dict[tuple[str, str], Member] = field(default_factory=dict)
    drugs: dict[tuple[str, str], Drug] = field(default_factory=dict)
    authorizations: dict[str, dict[str, Any]] = field(default_factory=dict)
    today: date | None = None

    def learn(self, kind: str, told: dict[str, Any]) -> None:
        """Take up one fact: a plan, member, drug, authorization or today's date; raises ValueError or TypeError."""
        if kind == "plan":
            plan = Plan(**_tuples(Plan, told))
            self.plans[plan.key] = plan
        elif kind == "member":
            member = Member(**told)
            self.members[member.plan, member.id] = member
        elif kind == "drug":
            drug = Drug(**_tuples(Drug, told))
            self.drugs[drug.plan, drug.product] = drug
        elif kind == "authorize":
            self.authorizations[str(told["number"])] = told
        elif kind == "today":
            self.today = date.fromisoformat(told["on"])
        else:
            raise ValueError(f"nothing is known of {kind}")

    def happens(self, percent: str, *about: object) -> bool:
        """Tell whether something happens to this one, the same each time: so many of a hundred, times the troubles."""
        bound = Decimal(percent) * self.troubles * HUNDRED
        return self.number(*about) % (HUNDRED * HUNDRED) < bound

    def number(self, *about: object) -> int:
        """Give a number that depends on the seed and these values only."""
        return int.from_bytes(sha256("|".join(map(str, (self.seed, *about))).encode()).digest()[:6], "big")

    def member(self, plan: Plan, cardholder_id: str) -> Member | None:
        """Give what is on file of a cardholder; a card of the right form is on file, one of another form is not."""
        known = self.members.get((plan.key, cardholder_id))
        if known is not None:
            return known
        if not cardholder_id.startswith(plan.id_prefix) or len(cardholder_id) < 4:
            return None
        about = (plan.key, cardholder_id)
        person_code = ("02" if self.happens("1.5", "person", *about) else "01") if self.troubles else ""
        until_on = "2026-06-30" if self.happens("1.5", "ended", *about) else ""
        return Member(plan=plan.key, id=cardholder_id, person_code=person_code, until_on=until_on)

    def drug(self, plan: Plan, ndc: str) -> Drug:
        """Give what a plan has decided on a product."""
        known = self.drugs.get((plan.key, ndc)) or self.drugs.get((plan.key, ndc[:9]))
        if known is not None:
            return known
        about = (plan.key, ndc[:9])
        # Without troubles every drug is a plain generic, unless something else is told.
        share = self.number("tier", *about) % HUNDRED if self.troubles else 0
        return Drug(
            plan=plan.key,
            product=ndc[:9],
            tier=1 if share < 80 else 2 if share < 94 else 3,
            is_covered=not self.happens("2", "covered", *about),
            needs_authorization=self.happens("2", "authorization", *about),
            per_day="1" if self.happens("3", "limit", *about) else "",
        )


def _tuples(kind: type[Any], told: dict[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(kind)}
    if unknown := set(told) - names:
        raise ValueError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
