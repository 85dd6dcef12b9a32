"""A badge's code is kept as its SHA-256: whoever reads the table cannot print a badge from it."""

import hashlib


def badge_digest(body: str) -> str:
    """Give the hexadecimal SHA-256 of what a badge's bar code carries after its prefix; capitals, no blanks."""
    return hashlib.sha256(body.strip().upper().encode()).hexdigest()
