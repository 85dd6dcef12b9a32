import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pestle.wire.telecom import TelecomError
from pestle.wire.telecom.codec import MOST_BYTES
from pestle.wire.telecom.framing import Framing, frame, unframe

BODY = st.binary(min_size=1, max_size=60).map(lambda raw: bytes(0x20 + byte % 0x5F for byte in raw))


@pytest.mark.parametrize(
    ("framing", "raw"),
    [
        (Framing.STX_ETX,  b"\x02D0B1\x03"),
        (Framing.LENGTH_2, b"\x00\x04D0B1"),
        (Framing.LENGTH_4, b"\x00\x00\x00\x04D0B1"),
    ],
)  # fmt: skip
def test_a_body_is_framed(framing: Framing, raw: bytes) -> None:
    assert frame(b"D0B1", framing) == raw


@given(st.sampled_from(Framing), st.lists(BODY, max_size=4), st.integers(1, 7))
@settings(max_examples=60)
def test_frames_are_found_however_the_bytes_are_cut(framing: Framing, bodies: list[bytes], step: int) -> None:
    stream = b"".join(frame(body, framing) for body in bodies)
    found: list[bytes] = []
    rest = b""

    for start in range(0, len(stream), step):
        complete, rest = unframe(rest + stream[start : start + step], framing)
        found.extend(complete)

    assert found == bodies
    assert rest == b""


@pytest.mark.parametrize(
    ("framing", "raw"),
    [
        (Framing.STX_ETX,  b"D0B1\x03"),
        (Framing.STX_ETX,  b"\x02\x03"),
        (Framing.STX_ETX,  b"\x02" + b"A" * (MOST_BYTES + 1)),
        (Framing.LENGTH_2, b"\x00\x00"),
        (Framing.LENGTH_4, b"HTTP"),
    ],
)  # fmt: skip
def test_bytes_that_begin_no_frame_are_refused(framing: Framing, raw: bytes) -> None:
    with pytest.raises(TelecomError):
        unframe(raw, framing)


@pytest.mark.parametrize("body", [b"", b"A" * (MOST_BYTES + 1), b"A\x03B"])
def test_a_body_that_cannot_be_framed_is_refused(body: bytes) -> None:
    with pytest.raises(TelecomError):
        frame(body, Framing.STX_ETX)
