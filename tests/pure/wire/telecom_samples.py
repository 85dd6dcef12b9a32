"""The telecom sample messages, by name."""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[2] / "samples" / "telecom"
NAMES: Final = tuple(sorted(path.stem for path in FOLDER.glob("*.d0")))


def sample(name: str) -> bytes:
    """Give the bytes of one sample."""
    return (FOLDER / f"{name}.d0").read_bytes()


def wire(text: str) -> bytes:
    """Write a message legibly: ~ for a field separator, ^ for a segment separator, | for a group separator."""
    return text.replace("~", "\x1c").replace("|", "\x1d").replace("^", "\x1e").encode()
