"""Identifiers for made-up people that pass their check digits and belong to nobody."""


def npi(serial: int) -> str:
    """This will give an NPI that passes its check digit and starts with 2, as no issued one does so far."""
    body = f"2{serial:08d}"
    return body + str(_luhn("80840" + body))


def dea_number(letter: str, family: str, serial: int) -> str:
    """This will give a DEA number that passes its check digit: registrant letter, family initial, digits."""
    digits = f"{serial:06d}"
    odd = sum(int(each) for each in digits[0::2])
    even = sum(int(each) for each in digits[1::2])
    return f"{letter}{family[0].upper()}{digits}{(odd + 2 * even) % 10}"


def phone(serial: int) -> str:
    """This will give a telephone number of the block 555-0100 to 555-0199, which is kept free for stories."""
    return f"734555{100 + serial % 100:04d}"


def _luhn(digits: str) -> int:
    total = 0
    for place, each in enumerate(reversed(digits)):
        number = int(each) * (2 if place % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return -total % 10
