"""A pharmacy where nothing has happened yet: what every page says when it is empty. For pictures and tests only."""

from pestle.demo.people import Person
from pestle.records.people import Account, Worker
from pestle.records.pharmacies import Pharmacy
from pestle.terms.roles import Role

NAME, NCPDP_ID = "Quiet Street Pharmacy", "2399982"
QUINN = Person("Quinn", "Ames", "PharmD", Role.PHARMACIST_IN_CHARGE)


def open_quiet_pharmacy(like: Pharmacy) -> Pharmacy:
    """This will open it, once, under the same rules as another; Quinn is there alone."""
    known = Pharmacy.objects.filter(ncpdp_id=NCPDP_ID).first()
    if known is not None:
        return known
    pharmacy = Pharmacy.objects.create(
        name=NAME, address="1 Quiet Street", city=like.city, state=like.state, postal_code=like.postal_code,
        phone="7345550190", ncpdp_id=NCPDP_ID, npi="2000000010", dea_number=like.dea_number, board=like.board,
        time_zone=like.time_zone, is_practice=True,
    )  # fmt: skip
    Worker.objects.create(pharmacy=pharmacy, given="Pestle", role_names=[Role.PROGRAM.value])
    account = Account.objects.create_user(QUINN.username, QUINN.password, name=f"{QUINN.given} {QUINN.family}")
    roles = [Role.PHARMACIST_IN_CHARGE.value, Role.CERTIFIED_TECHNICIAN.value]
    Worker.objects.create(
        pharmacy=pharmacy, account=account, given=QUINN.given, family=QUINN.family, credential="PharmD",
        role_names=roles,
    )  # fmt: skip
    return pharmacy
