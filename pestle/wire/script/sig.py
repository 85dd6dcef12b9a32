"""Directions: the text, which is authoritative, and beside it the coded structure some senders add."""

# ruff: noqa: RUF009 - the calls below are field declarations, like dataclasses.field.

from collections.abc import Iterator
from dataclasses import dataclass

from pestle.wire.script.parts import Rest, block, blocks, mixed, rest, text
from pestle.wire.script.tree import Element
from pestle.wire.script.writing import write


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A word with its code; the qualifier names the code list (SNOMED, DoseUnitOfMeasure ...)."""

    words: str = text("Text")
    qualifier: str = text("Qualifier")
    code: str = text("Code")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSystems:
    """The releases of the code lists the structure is coded in."""

    snomed: str = text("SNOMEDVersion")
    fmt: str = text("FMTVersion")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseAdministration:
    """How much is given, how and where; what may repeat its own parts stays XML in the sender's order."""

    method: Coded | None = block("DoseDeliveryMethod", Coded)
    method_modifier: Coded | None = block("DoseDeliveryMethodModifier", Coded)
    dosage: Element | None = block("Dosage", Element)
    calculation: Element | None = block("DoseCalculation", Element)
    amount: Element | None = block("DoseAmount", Element)
    clarifying_text: str = text("DoseClarifyingFreeText")
    vehicles: tuple[Element, ...] = blocks("Vehicle", Element)
    routes: tuple[Coded, ...] = blocks("RouteOfAdministration", Coded)
    route_text: str = text("RouteOfAdministrationClarifyingFreeText")
    sites: tuple[Coded, ...] = blocks("SiteOfAdministration", Coded)
    site_text: str = text("SiteOfAdministrationClarifyingFreeText")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When and how long; what may repeat its own parts stays XML in the sender's order."""

    administration: Element | None = block("AdministrationTiming", Element)
    frequency: Element | None = block("Frequency", Element)
    interval: Element | None = block("Interval", Element)
    rate: Element | None = block("RateOfAdministration", Element)
    clarifying_text: str = text("TimingClarifyingFreeText")
    duration: Element | None = block("Duration", Element)
    duration_trigger: Element | None = block("DurationTrigger", Element)
    stop_indicator: Element | None = block("StopIndicator", Element)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The word that joins two instructions or two timings: AND, OR, THEN, NOT; kept as it came."""

    words: str = text("Text")
    qualifier: str = text("Qualifier")
    code: str = text("Code")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One coded instruction; timings and the words that join them follow each other as they came."""

    dose: DoseAdministration | None = block("DoseAdministration", DoseAdministration)
    timings: tuple[Timing | Joined, ...] = mixed(TimingAndDuration=Timing, MultipleTimingModifier=Joined)
    indications: tuple[Element, ...] = blocks("IndicationForUse", Element)
    maximums: tuple[Element, ...] = blocks("MaximumDoseRestriction", Element)
    instruction_indicator: Element | None = block("InstructionIndicator", Element)
    administration_indicator: Element | None = block("AdministrationIndicator", Element)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sig:
    """The directions. The text rules; where the structure says something else, a person decides."""

    text: str = text("SigText", needed=True, longest=1000)
    code_systems: CodeSystems | None = block("CodeSystem", CodeSystems)
    structure: tuple[Instruction | Joined, ...] = mixed(Instruction=Instruction, MultipleInstructionModifier=Joined)
    rest: Rest = rest()


def outline(sig: Sig) -> tuple[tuple[str, str], ...]:
    """Give everything the structure says as (path, text) in the sender's order, to be shown beside the text."""
    whole = write("Sig", sig)
    return tuple(said for child in whole.children if child.name != "SigText" for said in _leaves(child, child.name))


def _leaves(element: Element, path: str) -> Iterator[tuple[str, str]]:
    if element.text:
        yield path, element.text
    for child in element.children:
        yield from _leaves(child, f"{path}/{child.name}")
