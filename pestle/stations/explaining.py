"""What F1 tells of a station: what it is for, the steps open there, who may, what can say no, where work goes next.

Steps, rules, people and roads are read from the table of steps; only the purpose and the scans are written here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pestle.flows.fill import FILL
from pestle.flows.machine import RETURN, STAY, Step
from pestle.rules.facts import FillFacts
from pestle.rules.rule import Rule
from pestle.stations.queues import QUEUES
from pestle.terms.roles import Role, spoken

FillRule = Rule[FillFacts]
_PROGRAM = frozenset({Role.PROGRAM})


@dataclass(frozen=True, slots=True)
class Station:
    """One station as it is explained: the queues it works on, and, where it takes only some steps, their verbs."""

    title: str
    purpose: str
    scans: tuple[str, ...]
    queues: tuple[str, ...] = ()
    verbs: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepTold:
    """One step that can be taken here."""

    words: str
    who: str
    is_yours: bool
    goes: str


@dataclass(frozen=True, slots=True)
class RuleTold:
    """One rule that can say no here, with where it is written and who can lift it."""

    says: str
    cites: str
    lifted_by: str
    steps: tuple[str, ...]
    is_reviewed: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything F1 shows of a station."""

    station: Station
    steps: tuple[StepTold, ...]
    rules: tuple[RuleTold, ...]
    waits: tuple[str, ...]


_WHERE = "A label, a bag or a product opens its own page."
_PLAIN = (_WHERE, "A code with no use here is named, and nothing happens to it.")

STATIONS: Mapping[str, Station] = MappingProxyType({
    "board": Station("Board", "See what waits at every station, what is late, and go where help is needed.", _PLAIN),
    "drop_off": Station(
        "Drop-off", "Take in what arrives, say whose it is, and promise a time that can be kept.",
        ("A label or a prescription number asks for a refill.", "The sheet of a document opens what came on it.",
         "Anything else is named."),
        queues=("drop_off",),
    ),
    "refills": Station(
        "Refill", "Hear at once what can be refilled, and take it with one key.",
        ("A label or a prescription number opens its refill.", "Anything else is named."),
        queues=("drop_off", "profile"), verbs=frozenset({"begin_entry", "store", "hold", "cancel"}),
    ),
    "data_entry": Station(
        "Data entry", "Type what the original says; each field is kept as it is typed.",
        ("A bottle chooses its drug.", "A label shows where its fill is.", "Anything else is named."),
        queues=("data_entry",),
    ),
    "claims": Station(
        "Claims", "Find out what the plan answered, and take the way on that gets it paid.", _PLAIN, queues=("claims",),
    ),
    "pre_check": Station(
        "Pre-check", "The pharmacist holds the order against the original and decides every alert.", _PLAIN,
        queues=("pre_check",),
    ),
    "filling": Station(
        "Filling", "Label, basket, bottle, count: what goes into the vial is what the label asks for.",
        ("A fill label opens its bench.", "A basket is given to the fill.", "A bottle is held against the label.",
         "A wrong bottle stops the bench until the right one is scanned."),
        queues=("filling", "waiting"),
        verbs=frozenset({"count", "run_out", "restock", "fill_the_rest", "close_short", "hold", "send_back_to_entry",
                         "owe", "cancel"}),
    ),
    "verification": Station(
        "Verification", "The pharmacist, never the one who filled it, checks data and product and signs.",
        ("The label of a vial opens its check.", "The same label again proves that the vial is in the hand."),
        queues=("verification",),
    ),
    "will_call": Station(
        "Will-call", "Bag what is verified, give each bag its place, and take back what nobody fetched.",
        ("A verified vial is bagged.", "A bag opens.", "A place shelves the open bag.",
         "On the page of returns a bag goes back to stock."),
        queues=("bagging", "will_call", "delivery"),
    ),
    "pickup": Station(
        "Pickup", "Hand the right bag to the right person: two identifiers, the offer to talk, payment, signature.",
        ("A bag begins the sale: type the birth date as it is said.", "Each further bag is taken in hand.",
         "Another person's bag stops the sale until it went back.", "A pharmacist's badge records the talk."),
        queues=("will_call",), verbs=frozenset({"sell", "ask_refund"}), also=("sold",),
    ),
    "patients": Station("Patients", "See what a patient takes, is allergic to, and how it is paid.", _PLAIN),
    "prescribers": Station("Prescribers", "Know who may prescribe what, and how to reach them.", _PLAIN),
    "products": Station("Stock", "See each lot, where it lies, and every entry that moved it.", _PLAIN),
    "receiving": Station(
        "Receiving", "Take each package in by its code, claim what differs, and put the rest on its shelf.",
        ("A package is taken in on its line; a code without lot or expiry asks for them.",
         "A serial number is taken once; one that nobody told of stops.", "Anything else is named."),
    ),
    "ordering": Station(
        "Orders", "Accept what is proposed line by line, send it to the supplier, and see what has come.", _PLAIN,
    ),
    "recalls": Station(
        "Recalls", "Stop what a notice means, pull it by scan, tell the patients, answer the firm, and close.",
        ("On the page of a recall, a bottle of its lot is pulled into the hold.", "A bottle of another lot is named."),
        queues=("will_call",), verbs=frozenset({"hold_for_recall", "replace", "give_up", "tell_of_recall"}),
        also=("sold",),
    ),
    "moves": Station(
        "Move stock", "Carry stock from one place to another; the book follows your hands.",
        ("The first place is where it stands.", "A bottle names its lot.", "The second place is where it goes."),
    ),
    "discrepancies": Station(
        "Discrepancies", "Explain what was counted and is not in the book; a pharmacist closes it.", _PLAIN,
    ),
    "expiring": Station(
        "Expiring", "See what has expired or soon will, what it is worth, and pull it while it still brings credit.",
        ("A bottle on the list is pulled to the outdated place.", "A bottle that lasts is left alone."),
    ),
    "returns": Station(
        "Returns to suppliers", "Send back what is outdated or recalled, and see that the credit comes.", _PLAIN,
    ),
    "suspects": Station(
        "Suspect product", "Set apart what may be false or stolen, ask its maker, and tell the FDA in time.", _PLAIN,
    ),
    "where": Station("Where is it?", "Find anything by scan, name or number, and read its whole story.", _PLAIN),
    "calculator": Station(
        "Calculator", "Reckon with the working shown, and have a second person reckon the same.",
        ("The label of a fill opens the calculation for it.", "Anything else is named."),
    ),
    "practice": Station("Practice", "Solve made-up problems and see the working of each.", _PLAIN),
    "people": Station("People", "Keep who works here, what each may do, and who looked at whose record.", _PLAIN),
    "messages": Station("Messages", "Put right what could not be read or sent.", _PLAIN),
    "tasks": Station("To do", "Do what waits for a person: call, tell, chase; write what came of it.", _PLAIN),
    "keeping": Station("Keeping", "See that the books are copied away each day, and come back.", _PLAIN),
    "shorthand": Station("Shorthand", "Keep the short words this pharmacy types for directions.", _PLAIN),
})  # fmt: skip
ELSEWHERE = Station("This page", "Each key is printed where it works; F3 finds anything, Esc goes back.", _PLAIN)


def explain(app_name: str, roles: frozenset[Role]) -> Explanation:
    """This will give what F1 tells of the station of that name to somebody of these roles."""
    station = STATIONS.get(app_name, ELSEWHERE)
    steps = tuple(_steps_at(station))
    told = tuple(
        StepTold(step.words, spoken(step.who - _PROGRAM), not roles.isdisjoint(step.who), _goes(step))
        for step in _one_each(steps)
    )
    waits = tuple(queue.title for queue in QUEUES if queue.name in station.queues)
    return Explanation(station, told, tuple(_rules_of(steps)), waits)


def _steps_at(station: Station) -> Iterable[Step[FillFacts]]:
    states = {str(state) for queue in QUEUES if queue.name in station.queues for state in queue.states}
    states |= set(station.also)
    for step in FILL.steps:
        is_taken_here = states.intersection(step.sources) and step.who - _PROGRAM
        if is_taken_here and (not station.verbs or step.verb in station.verbs):
            yield step


def _one_each(steps: Iterable[Step[FillFacts]]) -> Iterable[Step[FillFacts]]:
    """Give each verb once: the row that says the most."""
    rows: dict[str, Step[FillFacts]] = {}
    for step in steps:
        if step.verb not in rows or len(step.rules) > len(rows[step.verb].rules):
            rows[step.verb] = step
    return rows.values()


def _rules_of(steps: Iterable[Step[FillFacts]]) -> Iterable[RuleTold]:
    named: dict[str, tuple[FillRule, list[str]]] = {}
    for step in steps:
        for rule in step.rules:
            named.setdefault(rule.name, (rule, []))[1].append(step.words)
    for rule, words in named.values():
        yield RuleTold(rule.says, rule.cites, spoken(rule.lifted_by), tuple(dict.fromkeys(words)), rule.is_reviewed)


def _goes(step: Step[FillFacts]) -> str:
    if step.target == STAY:
        return "stays here"
    if step.target == RETURN:
        return "back where it was"
    if step.target in FILL.finals:
        return f"ends: {step.target.replace('_', ' ')}"
    return next((queue.title for queue in QUEUES if step.target in queue.states), step.target.replace("_", " "))
