"""Scenes of what is bought and what comes: orders, deliveries, messages to partners."""

from datetime import date
from typing import Any

from pestle.flows.delivery import DELIVERY
from pestle.flows.machine import NEW
from pestle.flows.message import MESSAGE
from pestle.records.messages import Message
from pestle.records.pharmacies import Partner, PartnerKind
from pestle.records.purchasing import Delivery, DeliveryLine, Order
from pestle.rules.buying_facts import DeliveryFacts
from pestle.stations.intake import prescriber_requests  # noqa: F401 - registers who carries messages to the network
from pestle.stations.stock import ordering, receiving
from pestle.stations.stock.ordering import Wanted
from pestle.stations.stock.receiving import InHand
from tests.at_once.bench import ANEW
from tests.at_once.scenes import plain
from tests.stations.bench import act
from tests.supplier import join_supplier
from tests.world import World, an_act

LISINOPRIL, WARFARIN = "lisinopril 10 mg", "warfarin 5 mg"


def the_supplier(world: World) -> Partner:
    found = Partner.objects.filter(pharmacy=world.pharmacy, kind=PartnerKind.WHOLESALER).first()
    return found or join_supplier(world)


def two_packages(world: World) -> list[Wanted]:
    return [Wanted(world.packages[LISINOPRIL].pk, 2)]


def draft(world: World) -> Order:
    return ordering.draft(**act(world), wanted=two_packages(world), partner_id=the_supplier(world).pk)


def sent(world: World) -> Order:
    return ordering.send(**act(world), order_id=draft(world).pk)


def announced(world: World) -> Delivery:
    """A delivery of an order, as the supplier's notice tells of it."""
    order = sent(world)
    delivery = Delivery(
        pharmacy=world.pharmacy, partner=order.partner, number=f"SH{order.pk}", order=order, announced_at=world.now
    )
    facts = DeliveryFacts(state=NEW, at=world.now, today=world.now.date(), roles=world.program.roles)
    taken = DELIVERY.take("announce", facts, world.program.roles)
    delivery.begin(taken, act_id=an_act(), by=world.program, at=world.now)
    package = world.packages[LISINOPRIL]
    DeliveryLine.objects.create(
        pharmacy=world.pharmacy, delivery=delivery, position=1, order_line=order.lines.get(), package=package,
        ndc_said=package.ndc11, announced=2,
    )  # fmt: skip
    return delivery


def opened(world: World) -> Delivery:
    return receiving.open_delivery(**act(world), delivery_id=announced(world).pk)


def in_hand(world: World, packages: int = 2) -> InHand:
    package = world.packages[LISINOPRIL].pk
    return InHand(package, lot_number=f"D{world.cleo.pk}", expires_on=date(2028, 6, 30), packages=packages)


def taken_in(world: World) -> DeliveryLine:
    return receiving.take_in(**act(world), delivery_id=opened(world).pk, in_hand=in_hand(world))


def closed(world: World) -> DeliveryLine:
    line = taken_in(world)
    receiving.close(**act(world), delivery_id=line.delivery_id)
    return line


def closed_with_nothing_owed(world: World) -> DeliveryLine:
    """The same, after an earlier delivery that completed whatever other scenes left owed."""
    receiving.put_away(**act(world), line_id=closed(world).pk)
    return closed(world)


def of_line(line: DeliveryLine, **more: Any) -> dict[str, Any]:
    return {"line_id": line.pk, **more}


def given_up(world: World) -> Message:
    """A message that could not be brought to its partner."""
    order = sent(world)
    message = Message.objects.get(subject_kind="order", subject_id=order.pk)
    for verb in ("try", "give_up"):
        taken = MESSAGE.take(verb, message.facts(world.now, roles=world.program.roles), world.program.roles)
        message.record(taken, act_id=an_act(), by=world.program, at=world.now)
    return message


plain(
    "ordering.draft",
    lambda world: {"wanted": two_packages(world), "partner_id": the_supplier(world).pk},
    both="each is an order of its own",
)
plain(
    "ordering.change_line",
    lambda world: {"order_id": draft(world).pk, "package_id": world.packages[WARFARIN].pk, "packages": 3},
    both=ANEW,
)
plain("ordering.send", lambda world: {"order_id": draft(world).pk})
plain("ordering.discard", lambda world: {"order_id": draft(world).pk})
plain("ordering.close_short", lambda world: {"order_id": sent(world).pk, "reason": "not made any more"}, by="dana")
plain("receiving.open_delivery", lambda world: {"delivery_id": announced(world).pk})
plain("receiving.open_unannounced", lambda world: {"number": f"SLIP-{world.cleo.pk}"})
plain(
    "receiving.take_in",
    lambda world: {"delivery_id": opened(world).pk, "in_hand": in_hand(world)},
    both="each takes other packages in",
)
plain("receiving.take_back", lambda world: of_line(taken_in(world), packages=2, reason="counted twice"))
plain(
    "receiving.set_apart",
    lambda world: of_line(taken_in(world), packages=1, reason="broken"),
    both="each sets other packages apart",
)
plain("receiving.close", lambda world: {"delivery_id": taken_in(world).delivery_id})
plain("receiving.put_away", lambda world: of_line(closed_with_nothing_owed(world)))
plain("receiving.never_came", lambda world: {"delivery_id": announced(world).pk, "reason": "lost by the carrier"})
plain("outbox.send_again", lambda world: {"message_id": given_up(world).pk})
plain("outbox.set_aside", lambda world: {"message_id": given_up(world).pk, "because": "sent by fax"})
