"""The age file: opened as another program shut it, shut so that another opens it, and every change found out."""

from pathlib import Path

import pytest

from pestle.wire import age
from pestle.wire.errors import WireError

SAMPLES = Path(__file__).parents[2] / "samples" / "age"
SENTENCE = b"Written by another program than Pestle.\n"
FILE_KEY, NONCE, SECRET, EPHEMERAL = bytes(range(16)), bytes(range(16, 32)), bytes(range(32)), bytes(range(64, 96))


def opened(octets: bytes, file_key: bytes | None) -> bytes:
    """Open a whole file, chunk by chunk."""
    header = age.parse(octets)
    assert file_key is not None
    assert header.is_proven_by(file_key)
    start = header.octets + age.NONCE_OCTETS
    payload = age.Payload(file_key, octets[header.octets : start])
    width = age.CHUNK + age.TAG
    chunks = [octets[place : place + width] for place in range(start, len(octets), width)]
    return b"".join(payload.opened(each, is_last=each is chunks[-1]) for each in chunks)


def shut(plain: bytes, stanza: age.Stanza) -> bytes:
    """Shut a whole file with the key and nonce of these tests."""
    payload = age.Payload(FILE_KEY, NONCE)
    chunks = [plain[place : place + age.CHUNK] for place in range(0, len(plain), age.CHUNK)] or [b""]
    sealed = [payload.sealed(each, is_last=number == len(chunks)) for number, each in enumerate(chunks, start=1)]
    return age.render([stanza], FILE_KEY) + NONCE + b"".join(sealed)


def test_a_file_shut_with_a_key_by_another_program_is_opened() -> None:
    octets = (SAMPLES / "two_chunks.age").read_bytes()
    secret = age.read_secret((SAMPLES / "key.txt").read_text())

    keys = [age.unwrap_with_key(stanza, secret) for stanza in age.parse(octets).stanzas]

    assert opened(octets, keys[0]) == SENTENCE * 1650


def test_a_file_shut_with_a_pass_phrase_by_another_program_is_opened() -> None:
    octets = (SAMPLES / "phrase.age").read_bytes()
    (stanza,) = age.parse(octets).stanzas

    assert opened(octets, age.unwrap_with_phrase(stanza, "a made-up pass phrase")) == SENTENCE


@pytest.mark.parametrize("octets", [0, 1, age.CHUNK - 1, age.CHUNK, age.CHUNK + 1, 2 * age.CHUNK])
def test_what_was_shut_is_opened_again(octets: int) -> None:
    plain = bytes(octets)
    stanza = age.wrap_for_key(FILE_KEY, age.public_of(SECRET), ephemeral=EPHEMERAL)

    file = shut(plain, stanza)

    (found,) = age.parse(file).stanzas
    assert opened(file, age.unwrap_with_key(found, SECRET)) == plain


def test_another_key_and_another_phrase_open_nothing() -> None:
    by_key = age.wrap_for_key(FILE_KEY, age.public_of(SECRET), ephemeral=EPHEMERAL)
    by_phrase = age.wrap_for_phrase(FILE_KEY, "four words of mine", salt=NONCE, work=4)

    assert age.unwrap_with_key(by_key, EPHEMERAL) is None
    assert age.unwrap_with_phrase(by_phrase, "four words of yours") is None
    assert age.unwrap_with_phrase(by_phrase, "four words of mine") == FILE_KEY
    assert age.unwrap_with_phrase(by_key, "four words of mine") is None
    assert age.unwrap_with_key(by_phrase, SECRET) is None


def test_a_phrase_that_asks_for_too_much_work_is_refused() -> None:
    greedy = age.Stanza("scrypt", ("AAAAAAAAAAAAAAAAAAAAAA", "30"), bytes(32))

    with pytest.raises(WireError, match="more work"):
        age.unwrap_with_phrase(greedy, "four words of mine")


@pytest.mark.parametrize("place", [3, 30, 60, 100, 150, 190, -1, -20, -60_000])
def test_one_flipped_bit_anywhere_is_found_out(place: int) -> None:
    stanza = age.wrap_for_key(FILE_KEY, age.public_of(SECRET), ephemeral=EPHEMERAL)
    octets = bytearray(shut(bytes(age.CHUNK + 9), stanza))
    octets[place] ^= 1

    def read() -> None:
        header = age.parse(bytes(octets))
        keys = [age.unwrap_with_key(each, SECRET) for each in header.stanzas]
        if not keys[0] or not header.is_proven_by(keys[0]):
            raise WireError(where="header", said="The key does not fit.")
        opened(bytes(octets), keys[0])

    with pytest.raises(WireError):
        read()


@pytest.mark.parametrize("left", [age.CHUNK + age.TAG, age.CHUNK + 1, 5])
def test_an_end_that_is_missing_is_found_out(left: int) -> None:
    stanza = age.wrap_for_key(FILE_KEY, age.public_of(SECRET), ephemeral=EPHEMERAL)
    octets = shut(bytes(2 * age.CHUNK), stanza)
    start = age.parse(octets).octets + age.NONCE_OCTETS

    with pytest.raises(WireError, match="its end is missing"):
        opened(octets[: start + left], FILE_KEY)


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (b"", "no age file"),
        (b"-----BEGIN PGP MESSAGE-----\n", "no age file"),
        (b"age-encryption.org/v1\n-> X25519 abc\n", "cut short"),
        (b"age-encryption.org/v1\nX25519 abc\nabc\n--- abc\n", "begins with"),
        (b"age-encryption.org/v1\n-> X25519 abc\n????\n--- abc\n", "no base64"),
        (b"age-encryption.org/v1\n-> X25519 abc\nAB\n--- abcd\n", "spelt"),
        (b"age-encryption.org/v1\n---abcd\n", "no proof"),
    ],
)
def test_a_header_that_is_none_is_refused_in_words(octets: bytes, said: str) -> None:
    with pytest.raises(WireError, match=said):
        age.parse(octets)


def test_a_key_is_read_as_it_was_spelt_and_a_slip_of_the_pen_is_found() -> None:
    spelt = age.spoken_secret(SECRET)

    assert age.read_secret(f"# a remark\n\n{spelt}\n") == SECRET
    assert age.read_public(age.spoken_public(age.public_of(SECRET))) == age.public_of(SECRET)
    slips = (spelt[:-1] + ("Q" if spelt[-1] != "Q" else "P"), spelt[:-2], spelt.lower()[:30] + spelt[30:], "age1", "")
    for wrong in slips:
        with pytest.raises(WireError):
            age.read_secret(wrong)
