"""The pretend partners of the made-up pharmacy as programs: what they are started with, and what they may know.

Ports come from the environment (PESTLE_PAYER_PORT, PESTLE_ERX_PORT, PESTLE_PRINTER_PORT, PESTLE_WHOLESALER_PORT);
everything they keep lies in
the state folder, so that a partner that is started again goes on where it stopped.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from django.conf import settings
from django.utils import timezone

from pestle.demo.people import EDI_SECRET, ERX_SECRET
from pestle.demo.pharmacy import NCPDP_ID, PORTS, SEED
from pestle.records.pharmacies import PartnerKind

KINDS = MappingProxyType(
    {
        "payer": PartnerKind.SWITCH,
        "erx": PartnerKind.ERX,
        "printer": PartnerKind.PRINTER,
        "wholesaler": PartnerKind.WHOLESALER,
    }
)
# Where `pestle run` serves the pages; the network brings its prescriptions there.
PHARMACY_URL = "PESTLE_URL"


@dataclass(frozen=True, slots=True)
class PretendPartner:
    """One partner: its name for people, and the arguments after `python`."""

    name: str
    arguments: tuple[str, ...]


def ports() -> dict[str, int]:
    """This will give the port of each partner, from the environment or the usual one."""
    return {name: int(os.environ.get(f"PESTLE_{name.upper()}_PORT", usual)) for name, usual in PORTS.items()}


def folder() -> Path:
    """This will give the folder in which partners keep what they know, closed to other users."""
    place = Path(settings.HEADS_FILE).parent / "partners"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def script_file() -> Path:
    """This will give the file of what prescribers write today."""
    return folder() / f"orders-{timezone.localdate()}.jsonl"


def secret_file(partner: str = "erx") -> Path:
    """This will give the file of the secret that a partner and the pharmacy share."""
    return folder() / f"{partner}-secret"


def ready_secret() -> None:
    """This will make the shared secrets if there are none, and tell this program and its children where they lie."""
    for partner, name in (("erx", ERX_SECRET), ("wholesaler", EDI_SECRET)):
        path = secret_file(partner)
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
        os.environ[f"{name}_FILE"] = str(path)


def payer(port: int, *, seed: int = SEED, control: int = 0) -> PretendPartner:
    """This will give the payers' program; their book outlives it."""
    book = folder() / "payers.sqlite"
    arguments = ("--port", str(port), "--control", str(control), "--state", str(book), "--seed", str(seed))
    return PretendPartner("the pretend payers", ("-m", "pestle.links.pretend.payer", *arguments))


def prescribers(
    port: int, *, pharmacy_url: str, setup: Path | None = None, seed: int = SEED, ncpdp_id: str = NCPDP_ID
) -> PretendPartner:
    """This will give the e-prescribing network's program; `setup` is a script of what it sends."""
    told = ("--setup", str(setup)) if setup is not None else ()
    arguments = (
        "--port", str(port), "--pharmacy-url", pharmacy_url, "--ncpdp-id", ncpdp_id, "--secret-file",
        str(secret_file()), "--seed", str(seed), "--state", str(folder() / "prescribers.jsonl"), *told,
    )  # fmt: skip
    return PretendPartner("the pretend prescribers", ("-m", "pestle.links.pretend.prescribers", *arguments))


def printer(port: int) -> PretendPartner:
    """This will give the label printer's program; what it prints lies in a folder."""
    labels = folder() / "labels"
    labels.mkdir(mode=0o700, exist_ok=True)
    arguments = ("--port", str(port), "--folder", str(labels))
    return PretendPartner("the pretend printer", ("-m", "pestle.links.pretend.printer", *arguments))


def wholesaler(
    port: int, *, pharmacy_url: str, seed: int = SEED, ncpdp_id: str = NCPDP_ID
) -> PretendPartner:  # fmt: skip
    """This will give the wholesaler's program; its book outlives it."""
    arguments = (
        "--port", str(port), "--pharmacy-url", pharmacy_url, "--ncpdp-id", ncpdp_id, "--secret-file",
        str(secret_file("wholesaler")), "--seed", str(seed), "--state", str(folder() / "wholesaler.jsonl"),
    )  # fmt: skip
    return PretendPartner("the pretend wholesaler", ("-m", "pestle.links.pretend.wholesaler", *arguments))


def _of_the_house() -> tuple[PretendPartner, ...]:
    where = ports()
    url = os.environ.get(PHARMACY_URL, "http://127.0.0.1:8000")
    return (
        payer(where["payer"]),
        prescribers(where["erx"], pharmacy_url=url, setup=script_file()),
        printer(where["printer"]),
        wholesaler(where["wholesaler"], pharmacy_url=url),
    )


PARTNERS = _of_the_house()
