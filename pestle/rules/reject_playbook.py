"""What may be done about a payer's no, best first, and whose it is: an own list, from training pages and payer sheets.

Unreviewed: no pharmacist has checked it. It proposes; the table of steps and its rules decide.
"""

from dataclasses import dataclass
from enum import StrEnum


class Deed(StrEnum):
    """What the program does when a way is taken."""

    RESEND = "resend"
    CORRECT = "correct"
    CHANGE = "change"
    AUTHORIZED = "authorized"
    ASK_AUTHORIZATION = "ask_authorization"
    HOLD = "hold"
    NEXT_PLAN = "next_plan"
    GO_ON = "go_on"
    NEW_CARD = "new_card"
    CASH = "cash"
    DUR = "dur"
    PREPARE_DUR = "prepare_dur"
    ASK_PRESCRIBER = "ask_prescriber"


class Need(StrEnum):
    """What has to be there for a way to be shown at all."""

    NOTHING = ""
    PAYER_DATE = "payer date"
    NEXT_PLAN = "next plan"
    EARLIER_PAID = "earlier plan paid"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing a worker types for a way: `kind` is text, day, number, or the name of a list of choices."""

    name: str
    label: str
    kind: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way on. `code` is the clarification code it sends; `is_pharmacists` marks what a technician only sees."""

    key: str
    title: str
    words: str
    deed: Deed
    code: str = ""
    asks: tuple[Ask, ...] = ()
    need: Need = Need.NOTHING
    is_pharmacists: bool = False
    verb: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Rejects that are cleared alike: the plain cause, the ways in order, and what to say to the patient.

    Words may hold {plan}, {given}, {day}, {day_es}, {limit}, {price} and {drug}. A way is shown where what it needs is
    there.
    """

    name: str
    codes: frozenset[str]
    title: str
    cause: str
    ways: tuple[Way, ...]
    say: str
    say_es: str
    fields: tuple[str, ...] = ()


TOLD_BY = Ask("told_by", "Told by")
CASH = Way(key="cash", title="{given} pays cash today", words="{price} without the plan; the plan will not count it.",
           deed=Deed.CASH, verb="Charge cash")  # fmt: skip
HOLD = Way(key="hold", title="Hold until {day}", words="Wakes at 8:00 am and sends itself.", deed=Deed.HOLD,
           need=Need.PAYER_DATE, verb="Hold until {day}")  # fmt: skip
NEXT_PLAN = Way(key="next plan", title="Bill the next plan", words="It hears that {plan} did not cover this.",
                deed=Deed.NEXT_PLAN, need=Need.NEXT_PLAN, verb="Bill the next plan")  # fmt: skip
GO_ON = Way(key="without it", title="Go on with what is paid", words="The earlier plan's payment stands.",
            deed=Deed.GO_ON, need=Need.EARLIER_PAID, verb="Go on without this plan")  # fmt: skip
AGAIN = Way(key="again", title="Send again unchanged", words="For when the plan has put something right.",
            deed=Deed.RESEND, verb="Send again")  # fmt: skip
NUMBER = Way(
    key="authorization", title="Send an authorization number", words="Type 1 is a prior authorization.",
    deed=Deed.AUTHORIZED, asks=(Ask("authorization_kind", "Type", "461-EU"), Ask("authorization_number", "Number")),
    verb="Send with the number",
)  # fmt: skip
ASK_FOR_IT = Way(
    key="ask", title="Start a prior authorization", words="Waits, wakes up in one working day, makes a task.",
    deed=Deed.ASK_AUTHORIZATION, asks=(Ask("wakes_on", "Wakes up on", "day"), Ask("remark", "Asked of whom")),
    verb="Wait for the authorization",
)  # fmt: skip
CHANGE = Way(
    key="change", title="Change quantity, days or maker", words="The rest stays on the prescription.",
    deed=Deed.CHANGE,
    asks=(
        Ask("quantity", "Quantity", "number"), Ask("days_supply", "Days", "number"),
        Ask("package", "Product", "packages"),
    ),
    verb="Change and send",
)  # fmt: skip
LIMIT = Way(key="limit", title="Dispense what the plan pays: {limit}", words="The rest stays on the prescription.",
            deed=Deed.CHANGE, need=Need.LIMIT, verb="Send for {limit}",
            asks=(Ask("quantity", "Quantity", "number"), Ask("days_supply", "Days", "number")))  # fmt: skip
ASK_PRESCRIBER = Way(
    key="prescriber", title="Ask the prescriber for another drug",
    words="A change request goes out; this waits, and wakes up if no answer comes.", deed=Deed.ASK_PRESCRIBER,
    asks=(
        Ask("change_code", "What is asked", "changes"), Ask("wakes_on", "Wakes up on", "day"),
        Ask("change_reason", "What the prescriber should know"),
    ),
    is_pharmacists=True, verb="Ask the prescriber",
)  # fmt: skip
CARD = ("cardholder_id", "group", "person_code", "relationship", "born_on", "sex")
FIX_CARD = Way(key="correct", title="Put the card's fields right", words="As the card says; kept for the next time.",
               deed=Deed.CORRECT, verb="Put right and send")  # fmt: skip
NEW_CARD = Way(
    key="new card", title="Take the new card", words="Ends the old plan; all of {given}'s rejects go again as a set.",
    deed=Deed.NEW_CARD,
    asks=(
        Ask("old_ends_on", "Old plan ended", "day"), Ask("bin", "BIN"), Ask("pcn", "PCN"), Ask("group", "Group"),
        Ask("cardholder_id", "ID"), Ask("person_code", "Person code"),
    ),
    verb="Take the card and send",
)  # fmt: skip
DUR_ASKS = (Ask("dur_reason", "Conflict", "439-E4"), Ask("dur_service", "What was done", "440-E5"),
            Ask("dur_result", "Result", "441-E6"))  # fmt: skip
DUR = Way(key="dur", title="Send the DUR answer", words="Conflict, what you did, what came of it.", deed=Deed.DUR,
          asks=DUR_ASKS, is_pharmacists=True, verb="Send the DUR answer")  # fmt: skip
PREPARE_DUR = Way(key="prepare", title="Lay a DUR answer ready", words="A pharmacist sends it, or chooses another.",
                  deed=Deed.PREPARE_DUR, asks=DUR_ASKS, verb="Lay it ready")  # fmt: skip


def _said(key: str, title: str, code: str, words: str, *asks: Ask) -> Way:
    """A way that sends a clarification code with its reason."""
    return Way(
        key=key,
        title=title,
        words=words,
        deed=Deed.RESEND,
        code=code,
        asks=(*asks, TOLD_BY),
        verb="Send with this code",
    )


PRESCRIBER_CHECKED = _said(
    "checked", "Send that the number was checked", "42", "Code 42. Needs: where it was looked up.",
    Ask("source", "Looked up at"),
)  # fmt: skip

FAMILIES: tuple[Family, ...] = (
    Family(
        name="dur", codes=frozenset({"88", "80", "922", "923", "924", "925"}), title="Drug use review",
        cause="The plan's drug use review stopped this: a pharmacist decides.",
        ways=(DUR, PREPARE_DUR, GO_ON),
        say="Our pharmacist is looking at how your medicines go together before we fill this.",
        say_es="Nuestro farmacéutico está revisando cómo combinan sus medicamentos antes de preparar este.",
    ),
    Family(
        name="too soon", codes=frozenset({"79"}), title="Refill too soon", cause="Too soon: the plan pays again {day}.",
        ways=(
            _said("vacation", "Vacation supply", "3", "Code 03. Needs: leaves, returns.",
                  Ask("leaves", "Leaves", "day"), Ask("returns", "Returns", "day")),
            HOLD,
            _said("dose", "Dose has changed", "5", "Code 05. Needs: a new prescription that proves it.",
                  Ask("proof", "New prescription")),
            _said("lost", "Lost or spilled", "4", "Code 04. Needs: what happened, in words.",
                  Ask("story", "What happened")),
            NEXT_PLAN, GO_ON, CASH,
        ),
        say="Your plan pays for this again on {day}. If you are leaving before then, we can ask for a vacation supply.",
        say_es="Su plan vuelve a pagar este medicamento el {day_es}. Si viaja antes, podemos pedir una reserva.",
    ),
    Family(
        name="card", codes=frozenset({"06", "07", "08", "09", "10", "11", "51", "52", "53", "62", "7D", "7H", "7G"}),
        title="Card does not match", cause="A field of the card is not as {plan} has it.",
        ways=(FIX_CARD, NEW_CARD, NEXT_PLAN, CASH),
        say="Your plan does not know you by the numbers we have. May I see your card?",
        say_es="Su plan no le reconoce con los números que tenemos. ¿Me permite ver su tarjeta?", fields=CARD,
    ),
    Family(
        name="routing", codes=frozenset({"01", "04", "1T"}), title="BIN or PCN wrong",
        cause="The claim went to the wrong place: BIN or PCN.",
        ways=(FIX_CARD, NEW_CARD, CASH),
        say="The routing numbers of your plan have changed. May I see your card?",
        say_es="Los números de su plan han cambiado. ¿Me permite ver su tarjeta?", fields=("bin", "pcn"),
    ),
    Family(
        name="ended", codes=frozenset({"65", "67", "68", "69"}), title="Cover has ended",
        cause="{plan} does not cover {given} on this day.",
        ways=(NEW_CARD, FIX_CARD, NEXT_PLAN, CASH),
        say="Your plan says that your cover has ended. Do you have a new card?",
        say_es="Su plan dice que su cobertura ha terminado. ¿Tiene una tarjeta nueva?", fields=CARD,
    ),
    Family(
        name="prescriber", codes=frozenset({"25", "42", "43", "44", "46", "56", "71", "619"}),
        title="Prescriber not accepted", cause="{plan} does not accept the prescriber's number.",
        ways=(FIX_CARD, PRESCRIBER_CHECKED, CASH),
        say="Your plan does not accept your prescriber's number yet. We are sorting it out with the office.",
        say_es="Su plan aún no acepta el número de su médico. Lo estamos resolviendo con el consultorio.",
        fields=("prescriber_npi",),
    ),
    Family(
        name="other payer", codes=frozenset({"41", "13", "7M", "6G", "8W", "7K"}), title="Another plan first",
        cause="{plan} knows of another plan that pays before it.",
        ways=(NEXT_PLAN, NEW_CARD, AGAIN, CASH),
        say="Your plan says that you have other insurance that pays first. May I see that card?",
        say_es="Su plan dice que otro seguro paga primero. ¿Me permite ver esa tarjeta?",
    ),
    Family(
        name="not covered", codes=frozenset({"70", "MR", "60", "61", "54", "77", "27", "825", "645", "AC", "A5"}),
        title="Not covered", cause="{plan} does not pay for this product.",
        ways=(CHANGE, ASK_PRESCRIBER, ASK_FOR_IT, NEXT_PLAN, GO_ON, CASH),
        say="Your plan does not pay for this product. We can ask your prescriber about one that it does pay for.",
        say_es="Su plan no paga este producto. Podemos preguntar a su médico por uno que sí pague.",
    ),
    Family(
        name="authorization", codes=frozenset({"75", "3Y", "3T", "3W", "608", "3N", "57"}),
        title="Prior authorization", cause="{plan} wants to be asked before it pays.",
        ways=(ASK_FOR_IT, NUMBER, CHANGE, ASK_PRESCRIBER, NEXT_PLAN, GO_ON, CASH),
        say="Your plan wants your prescriber to explain why you need this. We have started that; it takes some days.",
        say_es="Su plan pide que su médico explique por qué lo necesita. Ya lo hemos iniciado; puede tardar unos días.",
    ),
    Family(
        name="limit", codes=frozenset({"76", "7X", "AG", "9G", "73", "7W"}), title="Plan limit",
        cause="More than {plan} pays for at one time.",
        ways=(LIMIT, CHANGE, NUMBER, ASK_FOR_IT, NEXT_PLAN, CASH),
        say="Your plan pays for a smaller amount at a time. We can give you that now; the rest stays ready.",
        say_es="Su plan paga una cantidad menor cada vez. Podemos darle esa ahora; el resto queda en su receta.",
    ),
    Family(
        name="cost", codes=frozenset({"78"}), title="Cost above limit",
        cause="The cost is above what {plan} pays: quantity or unit may be wrong.",
        ways=(CHANGE, NUMBER, ASK_FOR_IT, CASH),
        say="Your plan is checking the price of this prescription. We are looking at it with them.",
        say_es="Su plan está revisando el precio de esta receta. Lo estamos viendo con ellos.",
    ),
    Family(
        name="paid already", codes=frozenset({"83", "7V"}), title="Already paid",
        cause="{plan} already holds this claim as paid: find the first one before anything is sent.",
        ways=(AGAIN, CASH),
        say="Your plan says that this was already filled. Let me see where.",
        say_es="Su plan dice que esto ya se surtió. Permítame ver dónde.",
    ),
)  # fmt: skip

OTHER = Family(
    name="other", codes=frozenset(), title="Rejected", cause="{plan} rejected this; its own words say more.",
    ways=(FIX_CARD, CHANGE, NUMBER, AGAIN, NEXT_PLAN, GO_ON, CASH),
    say="Your plan did not accept this yet. We are asking them why.",
    say_es="Su plan aún no lo aceptó. Estamos preguntando por qué.", fields=(*CARD, "prescriber_npi"),
)  # fmt: skip
MOST_WAYS = 7


def family_of(code: str) -> Family:
    """Give the family a reject code belongs to; what no family knows is cleared by its own words."""
    return next((each for each in FAMILIES if code in each.codes), OTHER)


def families_of(codes: tuple[str, ...]) -> tuple[Family, ...]:
    """Give the families of several codes, what a pharmacist decides first, each once."""
    found = {family_of(code).name for code in codes} or {OTHER.name}
    return tuple(each for each in (*FAMILIES, OTHER) if each.name in found)


def ways_of(codes: tuple[str, ...], *, there: frozenset[Need]) -> tuple[Way, ...]:
    """Give the ways on for several codes together, best first, each once, seven at most; cash stays last."""
    wanted = [way for family in families_of(codes) for way in family.ways if way.need in there | {Need.NOTHING}]
    once = list({way.key: way for way in wanted}.values())
    last = [way for way in once if way.key == CASH.key]
    return (*[way for way in once if way.key != CASH.key][: MOST_WAYS - len(last)], *last)
