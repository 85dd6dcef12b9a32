"""Every table, for Django to find."""

from pestle.records import reference_lists, safety_lists
from pestle.records.calculations import KeptCalculation, PracticeAnswer
from pestle.records.catalogue import *  # noqa: F403
from pestle.records.claims import Claim, ClaimReject, DurOverride, Exchange
from pestle.records.counting import BackCount, Discrepancy
from pestle.records.events import AccessLog, Act, Event, Seal
from pestle.records.fills import DurFinding, Fill, FillLot
from pestle.records.handover import Bag, Notice, Payment, Sale, SaleItem, Task
from pestle.records.keeping.backups import BackUp
from pestle.records.messages import Document, Message
from pestle.records.patients import Allergy, Condition, Coverage, Patient, Plan, Proxy
from pestle.records.people import Account, Shift, Worker
from pestle.records.pharmacies import Bench, Partner, Pharmacy
from pestle.records.prescribers import Prescriber
from pestle.records.prescriptions import CompoundIngredient, Prescription
from pestle.records.purchasing import Delivery, DeliveryLine, Order, OrderLine, SupplierInvoice, TracedPackage
from pestle.records.sessions import Session
from pestle.records.shorthand import SigShorthand
from pestle.records.stock import Balance, Entry, Line, Lot, MappedCode, PackageFigure, Place, StockItem
from pestle.records.withdrawn import (
    Recall,
    RecallMatch,
    Return,
    ReturnLine,
    ReturnWindow,
    Suspect,
    VerificationRequest,
)

__all__ = [
    "AccessLog", "Account", "Act", "Allergy", "BackCount", "BackUp", "Bag", "Balance", "Bench", "Claim",
    "ClaimReject", "CompoundIngredient", "Condition", "Coverage", "Delivery", "DeliveryLine", "Discrepancy",
    "Document", "DurFinding", "DurOverride", "Entry", "Event", "Exchange", "Fill", "FillLot", "KeptCalculation",
    "Line", "Lot", "MappedCode", "Message", "Notice", "Order", "OrderLine", "PackageFigure", "Partner", "Patient",
    "Payment", "Pharmacy", "Place", "Plan", "PracticeAnswer", "Prescriber", "Prescription", "Proxy", "Recall",
    "RecallMatch", "Return", "ReturnLine", "ReturnWindow", "Sale", "SaleItem", "Seal", "Session", "Shift",
    "SigShorthand", "StockItem", "SupplierInvoice", "Suspect", "Task", "TracedPackage", "VerificationRequest",
    "Worker", "reference_lists", "safety_lists",
]  # fmt: skip
