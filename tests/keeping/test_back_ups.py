"""Back-ups: whole, proven, closed to whoever has no key, and refused in words when anything is wrong with them."""

import gzip
import io
import stat
import tarfile
from pathlib import Path

import pytest

from pestle.stations.keeping import archive
from pestle.stations.keeping.failures import BackUpFailed
from pestle.stations.keeping.locks import Lock, key_lock
from pestle.stations.keeping.sealed_files import ProvingReader, opened_by
from pestle.wire import age
from tests.keeping.conftest import UPLOAD, House

pytestmark = pytest.mark.django_db
OTHER_KEY = Lock(public=age.public_of(bytes(range(32))), secret=bytes(range(32)))


def members_of(file: Path, lock: Lock) -> dict[str, bytes]:
    """Read every member of a back-up as whoever has the key would with tools of their own."""
    with file.open("rb") as sealed:
        plain = gzip.decompress(ProvingReader(sealed, opened_by(lock)).read())
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        return {each.name: content.read() for each in tar.getmembers() if (content := tar.extractfile(each))}


def test_a_back_up_says_what_it_is_and_proves_it(house: House) -> None:
    says = archive.check(house.file, opened_by(key_lock(house.key)))

    assert says["heads"] == house.heads == house.made.heads
    assert set(house.heads[next(iter(house.heads))]) >= {"event", "entry", "line"}
    assert says["rows"] == house.made.rows > house.events
    assert says["uploads"] == 1
    assert house.made.octets == house.file.stat().st_size


def test_every_row_and_upload_is_in_it_but_no_session_no_job_and_no_key(house: House) -> None:
    members = members_of(house.file, key_lock(house.key))

    events = b"".join(octets for name, octets in members.items() if name.startswith("rows/records_event/"))
    assert events.count(b"\n") == house.events
    assert [octets for name, octets in members.items() if name.startswith("media/2026/")] == [UPLOAD]
    assert members["audit-heads.jsonl"] == (house.home / "audit-heads.jsonl").read_bytes()
    assert not [name for name in members if "session" in name or "procrastinate" in name or "key" in name]
    secret = house.key.read_text().splitlines()[-1].encode()
    assert not [name for name, octets in members.items() if secret in octets]


def test_nothing_can_be_read_in_it_from_outside(house: House) -> None:
    octets = house.file.read_bytes()

    for word in (b"Marchetti", b"records_", b"zolpidem", b"Corner", b"%PDF"):
        assert word not in octets
    assert stat.S_IMODE(house.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(house.key.stat().st_mode) == 0o600
    assert [path.name for path in house.file.parent.iterdir()] == ["pestle-20261124T073000Z.age"]


def test_another_key_does_not_open_it(house: House) -> None:
    with pytest.raises(BackUpFailed, match="does not open this back-up, which was shut with a key file"):
        archive.check(house.file, opened_by(OTHER_KEY))
    with pytest.raises(BackUpFailed, match="This pass phrase does not open this back-up"):
        archive.check(house.file, opened_by(Lock(phrase="a long enough pass phrase")))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.999])
def test_a_file_that_is_cut_short_is_refused(house: House, tmp_path: Path, share: float) -> None:
    octets = house.file.read_bytes()
    cut = tmp_path / "cut.age"
    cut.write_bytes(octets[: int(len(octets) * share)])

    with pytest.raises(BackUpFailed, match="cannot be used"):
        archive.check(cut, opened_by(key_lock(house.key)))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.99999])
def test_one_flipped_octet_is_refused(house: House, tmp_path: Path, share: float) -> None:
    octets = bytearray(house.file.read_bytes())
    octets[int(len(octets) * share)] ^= 0xFF
    flipped = tmp_path / "flipped.age"
    flipped.write_bytes(octets)

    with pytest.raises(BackUpFailed, match="cannot be used"):
        archive.check(flipped, opened_by(key_lock(house.key)))


def test_something_behind_the_end_is_refused(house: House, tmp_path: Path) -> None:
    longer = tmp_path / "longer.age"
    longer.write_bytes(house.file.read_bytes() + b"more")

    with pytest.raises(BackUpFailed, match="cannot be used"):
        archive.check(longer, opened_by(key_lock(house.key)))


def test_a_file_that_is_not_there_is_said_in_words(house: House, tmp_path: Path) -> None:
    with pytest.raises(BackUpFailed, match="cannot be read: No such file"):
        archive.check(tmp_path / "none.age", opened_by(key_lock(house.key)))
