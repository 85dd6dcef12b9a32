"""Fills: one filling of a prescription, from the counter to the patient; queues are queries over its state."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Sum

from pestle.boards import board_named
from pestle.flows.fill import FILL, FillState
from pestle.records.catalogue import Package
from pestle.records.drug_warnings import child_resistant_exemption, requires_medication_guide
from pestle.records.handover import Bag
from pestle.records.history import keeps_history
from pestle.records.people import Worker
from pestle.records.prescriptions import Prescription
from pestle.records.statements.prepared import Prepared, keep, kept, the_row
from pestle.records.stock import Lot, Place
from pestle.records.work import Work
from pestle.rules.facts import DurFacts, FillFacts, LotFacts, Origin, PartialBasis, RejectFacts
from pestle.terms.drugs.child_resistant import Exemption
from pestle.terms.drugs.drug_facts import GuideAnswer
from pestle.terms.schedule import Schedule

# NCPDP 451-EG, the unit a compound is dispensed in, as 600-28 names it.
COMPOUND_UNITS = {"1": "EA", "2": "GM", "3": "ML"}
FINAL = tuple(FILL.finals)
DISPENSED = (FillState.SOLD, FillState.REFUND_REVIEW, FillState.RECALL_NOTIFIED)
COUNTS_AGAINST_AUTHORITY = tuple(
    state for state in FillState if state not in {
        FillState.RETURNED, FillState.CANCELLED, FillState.REFUSED, FillState.EXPIRED,
        FillState.TRANSFERRED_OUT, FillState.CLOSED_SHORT,
    }
)  # fmt: skip


class FillQuerySet(models.QuerySet["Fill"]):
    """Queues and questions; a queue is a saved query over states, so nothing can be outside all queues."""

    def open(self) -> "FillQuerySet":
        """This will give every fill that is not at its end."""
        return self.exclude(state__in=FINAL)

    def in_state(self, *states: FillState) -> "FillQuerySet":
        """This will give the fills in any of these states, the most urgent first."""
        return self.filter(state__in=states).by_urgency()

    def by_urgency(self) -> "FillQuerySet":
        """This will sort by promise, then waiter, then age."""
        return self.order_by("promised_at", "-is_waiter", "state_since", "pk")

    def with_names(self) -> "FillQuerySet":
        """This will fetch in one query what a list of fills shows."""
        return self.select_related(
            "prescription__patient", "prescription__prescriber", "package__product", "owner", "basket", "bag__place"
        )

    def of_patient(self, patient_id: int) -> "FillQuerySet":
        """This will give one person's fills, newest first."""
        return self.filter(prescription__patient_id=patient_id).order_by("-made_at", "-pk")

    def awake(self, at: datetime) -> "FillQuerySet":
        """This will give waiting fills whose time to wake up has come."""
        return self.filter(state__in=tuple(FILL.waits), wakes_at__lte=at)


@keeps_history()
class Fill(Work):
    """One filling. Quantities are in the package's billing unit; money is what the patient is asked to pay."""

    MACHINE: ClassVar = FILL

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="fills")
    number = models.PositiveSmallIntegerField(help_text="1 for the first fill, 2 for the first refill ...")
    part = models.PositiveSmallIntegerField(default=1, help_text="2 and on: the rest of a fill given in parts.")
    rest_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="rests")
    partial_basis = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField()

    quantity = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))
    days_supply = models.PositiveSmallIntegerField(null=True, blank=True)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, null=True, blank=True, related_name="fills")
    payment = models.CharField(max_length=8, default="plan", choices=[("plan", "plan"), ("cash", "cash")])
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    price_steps = models.JSONField(default=list, help_text="How the price came about, one line each.")
    is_unbilled_promise = models.BooleanField(default=False)

    promised_at = models.DateTimeField()
    is_waiter = models.BooleanField(default=False)
    is_for_delivery = models.BooleanField(default=False)
    group = models.UUIDField(null=True, blank=True, help_text="What came together and leaves together.")
    owner_role = models.CharField(max_length=24, blank=True)
    owner = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    waiting_for = models.CharField(max_length=40, blank=True)
    waiting_note = models.CharField(max_length=200, blank=True)
    wakes_at = models.DateTimeField(null=True, blank=True)
    in_hands_of = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    in_hands_since = models.DateTimeField(null=True, blank=True)
    marked_fields = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    sent_back_because = models.CharField(max_length=200, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    allergies_were_asked = models.BooleanField(default=False)
    duplicate_ids = ArrayField(
        models.BigIntegerField(),
        default=list,
        blank=True,
        help_text="Prescriptions that look the same, as found at drop-off.",
    )
    duplicates_cleared_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    basket = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entered_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    filled_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    filled_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    counted = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    second_count = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    second_counter = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    rest_misses = models.PositiveSmallIntegerField(default=0)
    rest_counted_at = models.DateTimeField(
        null=True, blank=True, help_text="When what remains in the vault was counted, or the miss was opened."
    )
    has_child_resistant_cap = models.BooleanField(default=True)
    closure_because = models.CharField(
        max_length=200, blank=True, help_text="The clause a pharmacist put it under, where the list alone proves none."
    )
    leaflet = models.CharField(
        max_length=20, blank=True, choices=[(each, each) for each in ("attached", "not wanted", "none for this label")]
    )
    label_printed_at = models.DateTimeField(null=True, blank=True)
    bottle_scan_at = models.DateTimeField(null=True, blank=True)
    label_scan_at = models.DateTimeField(null=True, blank=True)
    use_before_on = models.DateField(null=True, blank=True)

    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, null=True, blank=True, related_name="fills")
    return_due_on = models.DateField(null=True, blank=True)
    counsel_because = models.CharField(
        max_length=80, blank=True, help_text="Why counselling is due; empty: offer only."
    )
    sold_at = models.DateTimeField(null=True, blank=True)

    objects = FillQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["prescription", "number", "part"],
                condition=~Q(
                    state__in=["returned", "cancelled", "refused", "expired", "transferred_out", "closed_short"]
                ),
                name="one_live_fill_of_each_number_and_part",
            ),
            models.CheckConstraint(
                name="what_waits_has_a_reason_and_wakes_up",
                condition=~Q(state__in=tuple(sorted(FILL.waits))) | (~Q(waiting_for="") & Q(wakes_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_fill_is_in_a_state_of_the_table", condition=Q(state__in=[state.value for state in FillState])
            ),
            models.CheckConstraint(name="a_quantity_is_not_below_zero", condition=Q(quantity__gte=0)),
        ]
        indexes = [
            models.Index(fields=["pharmacy", "state", "promised_at"], name="fill_queue"),
            models.Index(fields=["pharmacy", "wakes_at"], name="fill_waking"),
            models.Index(fields=["prescription", "number"], name="fill_by_prescription"),
            models.Index(fields=["group"], name="fill_by_group", condition=Q(group__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"Rx {self.prescription.rx_number}-{self.number}"

    @property
    def is_counted_back(self) -> bool:
        """Whether what remains is counted blind at this fill, so that the bench shows nothing of what the book has."""
        return self.prescription.schedule in self.pharmacy.back_counts

    @property
    def label_code(self) -> str:
        """What the fill's own bar code says after its prefix: prescription, fill and part."""
        return f"{self.prescription.rx_number}-{self.number}-{self.part}"

    def local_day(self, at: datetime) -> date:
        """This will give the calendar day at the pharmacy for a moment."""
        return at.astimezone(ZoneInfo(self.pharmacy.time_zone)).date()

    def facts(self, at: datetime, by: Worker, **given: Any) -> FillFacts:
        """This will gather what the rules may ask of this fill now; `given` is what the act itself brings."""
        known = FillFacts(
            state=self.state,
            at=at,
            today=self.local_day(at),
            board=board_named(self.pharmacy.board),
            held_from=self.held_from,
            roles=by.roles,
            worker_id=by.pk,
            **self._authority(self.local_day(at)),
            **self._order(),
            **self._claim(),
            **self._product(),
            **self._waiting(),
        )
        return replace(known, **given)

    def quantity_given_before(self) -> Decimal:
        """This will add up what other live fills of this prescription gave or are about to give."""
        read = kept(self.prescription, "fills")
        if read is not None:
            counted = (each.quantity for each in read if each.pk != self.pk and each.state in COUNTS_AGAINST_AUTHORITY)
            return sum(counted, Decimal(0))
        others = Fill.objects.filter(prescription_id=self.prescription_id, state__in=COUNTS_AGAINST_AUTHORITY)
        total: Decimal | None = others.exclude(pk=self.pk).aggregate(total=Sum("quantity"))["total"]
        return total or Decimal(0)

    def last_dispensed(self) -> "Fill | None":
        """This will give the last fill of the same prescription, or of the one it renews, that was handed over."""
        read = kept(self.prescription, "fills")
        if read is not None:
            given = (each for each in read if each.pk != self.pk and each.state in DISPENSED)
            # As PostgreSQL sorts: what has no day comes before every day.
            return max(given, key=lambda each: (each.sold_at is None, each.sold_at or each.made_at), default=None)
        earlier = Fill.objects.filter(prescription_id=self.prescription_id, state__in=DISPENSED)
        return earlier.exclude(pk=self.pk).order_by("-sold_at").first()

    def lots_taken(self) -> "list[FillLot]":
        """This will give every lot taken so far, in the order in which they were scanned."""
        read = kept(self, "lots")
        return _LOTS.rows(self.pk) if read is None else read

    def has_rest(self) -> bool:
        """This will tell whether another fill brings the rest of this one."""
        read = kept(self.prescription, "fills")
        return self.rests.exists() if read is None else any(each.rest_of_id == self.pk for each in read)

    def read_ahead(self) -> None:
        """This will read at once what facts and label ask several times, for an act that asks both."""
        keep(_LOTS.rows(self.pk), self, "lots")
        keep(_ALL_FILLS.rows(self.prescription_id), self.prescription, "fills")

    def _authority(self, day: date) -> dict[str, Any]:
        rx = self.prescription
        schedule = Schedule(rx.schedule)
        prescriber = rx.prescriber
        return {
            "schedule": schedule,
            "origin": Origin(rx.origin),
            "issued_on": rx.written_on,
            "earliest_fill_on": rx.earliest_fill_on,
            "is_first_fill": self.number == 1 and self.part == 1,
            "number": self.number,
            "refills_authorized": rx.refills,
            "is_authority_open": rx.state not in rx.MACHINE.finals or rx.state == "used_up",
            "quantity_authorized": rx.quantity_authorized,
            "quantity_dispensed_before": self.quantity_given_before(),
            "prescriber_npi_is_valid": prescriber is None or prescriber.npi_is_valid,
            "prescriber_may_prescribe_schedule": prescriber.may_prescribe(schedule, on=day) if prescriber else None,
            "cancel_is_asked": rx.cancel_asked_at is not None,
            "signature_is_claimed": rx.as_received.get("is_signed"),
            "is_for_the_record": rx.as_received.get("do_not_fill", "") in {"Y", "E"},
            "directions": rx.directions,
            "directions_need_clarification": rx.directions_need_clarification and not rx.clarification,
            "child_resistant_is_waived": rx.child_resistant_waived
            or bool(rx.patient and rx.patient.child_resistant_waived_on),
        }

    def _order(self) -> dict[str, Any]:
        rx = self.prescription
        last = self.last_dispensed() if self.number > 1 else None
        return {
            "patient_is_matched": rx.patient_id is not None,
            "prescriber_is_matched": rx.prescriber_id is not None,
            "product_is_matched": self.package_id is not None,
            "allergies_were_asked": self.allergies_were_asked
            or bool(rx.patient and (rx.patient.allergies_asked_on or rx.patient.has_no_known_allergies)),
            "duplicates_open": 0 if self.duplicates_cleared_by_id else len(self.duplicate_ids),
            "quantity": self.quantity,
            **self._units(),
            "days_supply": self.days_supply,
            "last_dispensed_on": self.local_day(last.sold_at) if last and last.sold_at else None,
            "last_days_supply": last.days_supply if last else None,
            "dur": tuple(
                DurFacts(found.code, found.sentence, found.is_serious, found.decided_by_id is not None)
                for found in _ALERTS.rows(self.pk)
            ),
        }

    def _units(self) -> dict[str, Any]:
        said, package = self.prescription.as_received.get("drug") or {}, self.package
        compound = {"ingredients_said": len(said.get("ingredients") or ()), "ingredients_typed": 0}
        if self.prescription.is_compound:
            compound["ingredients_typed"] = self.prescription.ingredients.count()
            unit = COMPOUND_UNITS.get(self.prescription.compound_unit, "")
            quantity = {"quantity_said": _number(said.get("quantity", "")), "unit_said": str(said.get("unit", ""))}
            return {**compound, **quantity, "is_compound": True, "unit_billed": unit}
        return {
            "quantity_said": _number(said.get("quantity", "")),
            "unit_said": str(said.get("unit", "")),
            "unit_billed": package.billing_unit if package else "",
            "package_units": package.units if package else None,
            "dosage_form": package.product.dosage_form if package else "",
        }

    def _claim(self) -> dict[str, Any]:
        claims = _CLAIMS.rows(self.pk)
        last = claims[-1] if claims else None
        rejects = list(last.rejects.all()) if last is not None and last.state == "rejected" else []
        standing = {claim.state for claim in claims}
        return {
            "claim_is_open": self.payment == "plan" and not standing & {"paid"} and self.state not in {"sold"},
            "claim_is_paid": bool(standing & {"paid", "reversing", "reversal_failed", "sent", "unanswered"}),
            "has_live_plan": the_row(_LIVE_PLAN, [self.prescription.patient_id, self.local_day(self.made_at)])
            is not None,
            "rejects": tuple(RejectFacts(each.code, each.is_pharmacists, each.resolved_at is None) for each in rejects),
            "same_resubmissions": _unchanged_run([claim.fingerprint for claim in claims]),
            "reversal_is_done": not standing & {"paid", "reversing", "reversal_failed", "sent", "unanswered"},
            "store_goes_on_unbilled": self.pharmacy.goes_on_unbilled,
            "is_unbilled_promise": self.is_unbilled_promise,
            "window_ends_on": min(
                (
                    claim.service_on + timedelta(days=claim.coverage.plan.pickup_window_days)
                    for claim in claims
                    if claim.state in {"paid", "reversing", "reversal_failed"}
                ),
                default=None,
            ),
        }

    def _has_live_plan(self) -> bool:
        asked = [self.prescription.patient_id, self.local_day(self.made_at)]
        return asked[0] is not None and the_row(_LIVE_PLAN, asked) is not None

    def _product(self) -> dict[str, Any]:
        taken = self.lots_taken()
        return {
            "ndc_expected": self.package.ndc11 if self.package else "",
            "lots": tuple(
                LotFacts(
                    each.lot.number, each.lot.expires_on, each.quantity, each.lot.is_recalled, each.lot.package.ndc11
                )
                for each in taken
            ),
            "counted": self.counted,
            "second_count": self.second_count,
            "second_counter_id": self.second_counter_id,
            "needs_back_count": self.is_counted_back,
            "rest_is_counted": self.rest_counted_at is not None,
            "needs_second_count": self.prescription.schedule in self.pharmacy.counts_twice,
            "package_is_child_resistant": self.has_child_resistant_cap,
            "child_resistant_is_exempt": not self.has_child_resistant_cap and self._is_exempt(),
            "medication_guide_is_due": self.state == FillState.QUEUED and self._guide_is_due(),
            "leaflet": self.leaflet,
            "filled_by_id": self.filled_by_id,
            "calculations_open": tuple(each.title for each in _CALCULATIONS.rows(self.pk)),
            "label_was_scanned": self.label_scan_at is not None,
            "in_recall": any(each.lot.is_recalled for each in taken),
            "partial_basis": PartialBasis(self.partial_basis),
            "partial_first_at": self.rest_of.sold_at or self.rest_of.made_at if self.rest_of else None,
            "unchanged_refill_skips_check": self.pharmacy.unchanged_refills_skip_check,
        }

    def _is_exempt(self) -> bool:
        found = self.exemption()
        return bool(self.closure_because) or bool(found and found.is_certain)

    def exemption(self) -> Exemption | None:
        """This will give the clause under which this fill may leave without a child-resistant cap."""
        if self.package is None:
            return None
        return child_resistant_exemption(self.package.product, quantity=self.quantity, package_units=self.package.units)

    def _guide_is_due(self) -> bool:
        return self.package is not None and (
            requires_medication_guide(self.package.product).answer is not GuideAnswer.NOT_LISTED
        )

    def _waiting(self) -> dict[str, Any]:
        return {
            "waiting_for": self.waiting_for,
            "owner_is_named": bool(self.owner_id or self.owner_role),
            "wakes_at": self.wakes_at,
            "place": self.bag.place.name if self.bag and self.bag.place else "",
            "return_due_on": self.return_due_on,
            "counsel_is_required": bool(self.counsel_because),
            "marked_fields": tuple(self.marked_fields),
        }


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except (InvalidOperation, TypeError, ValueError):
        return None


def _unchanged_run(fingerprints: list[str]) -> int:
    """Count how many times the newest claim was already sent in a row with the same content."""
    run = 0
    for fingerprint in reversed(fingerprints):
        if fingerprint != fingerprints[-1]:
            break
        run += 1
    return run


class FillLot(models.Model):
    """So much of one lot in one fill, as scanned; `is_presumed` where the bottle's code told no lot."""

    fill = models.ForeignKey(Fill, on_delete=models.PROTECT, related_name="lots")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="fill_lots")
    source = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    is_presumed = models.BooleanField(default=False)
    scanned = models.CharField(max_length=120, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fill", "lot", "source"], name="lot_once_in_a_fill")]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.lot}"


class DurFinding(models.Model):
    """One finding of the drug-use review for a fill, and the pharmacist's decision about it."""

    fill = models.ForeignKey(Fill, on_delete=models.PROTECT, related_name="dur_findings")
    code = models.CharField(max_length=2, help_text="NCPDP 439-E4 reason: DD, DA, TD, ER, PA, SX ...")
    sentence = models.CharField(max_length=300)
    against = models.CharField(max_length=80, blank=True)
    is_serious = models.BooleanField(default=False)
    source = models.CharField(max_length=120)
    is_reviewed = models.BooleanField(default=False)
    decided_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=200, blank=True)
    service_code = models.CharField(max_length=2, blank=True)
    result_code = models.CharField(max_length=2, blank=True)
    carried_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fill", "code", "against"], name="dur_finding_once")]

    def __str__(self) -> str:
        return self.sentence


def _of_fill(name: str) -> Any:
    # Claims and calculations know fills, not the other way round.
    return Fill._meta.get_field(name).related_model._default_manager  # type: ignore[union-attr]


_LOTS = Prepared(lambda fill: FillLot.objects.filter(fill=fill).select_related("lot__package", "source").order_by("pk"))
_ALL_FILLS = Prepared(
    lambda prescription: (
        Fill.objects.filter(prescription=prescription).select_related("package__product").order_by("pk")
    )
)
_ALERTS = Prepared(lambda fill: DurFinding.objects.filter(fill=fill).order_by("pk"))
_CLAIMS: Prepared[Any] = Prepared(
    lambda fill: _of_fill("claims").filter(fill=fill).select_related("coverage__plan").order_by("number")
)
_CALCULATIONS: Prepared[Any] = Prepared(
    lambda fill: _of_fill("calculations").filter(fill=fill).waiting_for_second().order_by("pk")
)
_LIVE_PLAN = "SELECT id FROM records_coverage WHERE patient_id = %s AND (until_on IS NULL OR until_on >= %s) LIMIT 1"
