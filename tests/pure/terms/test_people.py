import pytest

from pestle.terms.names import PersonName
from pestle.terms.phone import Phone


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("(555) 234-5678",           "(555) 234-5678"),
        ("555.234.5678",             "(555) 234-5678"),
        ("+1 555 234 5678",          "(555) 234-5678"),
        ("5552345678 x12",           "(555) 234-5678 x12"),
        ("555-234-5678 ext. 0042",   "(555) 234-5678 x0042"),
    ],
)  # fmt: skip
def test_a_phone_number_is_read_as_people_write_it(written: str, shown: str) -> None:
    assert str(Phone.read(written)) == shown


@pytest.mark.parametrize("written", ["555-1234", "155-234-5678", "555-134-5678", "call 5552345678", "", "25552345678"])
def test_what_cannot_be_dialled_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="phone number"):
        Phone.read(written)


@pytest.mark.parametrize(
    ("name", "display", "listed", "initials"),
    [
        (PersonName("Rivera", "Cleo"),               "Cleo Rivera",        "Rivera, Cleo",        "CR"),
        (PersonName("Rivera", "Cleo", "May", "Jr."), "Cleo M. Rivera Jr.", "Rivera Jr., Cleo M.", "CR"),
        (PersonName("Suharto"),                      "Suharto",            "Suharto",             "S"),
        (PersonName("de la Cruz", "Ada"),            "Ada de la Cruz",     "de la Cruz, Ada",     "AD"),
    ],
)  # fmt: skip
def test_a_name_is_shown_listed_and_shortened(name: PersonName, display: str, listed: str, initials: str) -> None:
    assert (name.display, name.listed, name.initials) == (display, listed, initials)


@pytest.mark.parametrize("parts", [("",), (" Rivera",), ("Rivera", "Cleo ")])
def test_a_name_without_family_name_or_with_stray_spaces_is_refused(parts: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="name"):
        PersonName(*parts)
