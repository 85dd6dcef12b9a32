"""Dates as recall notices write them: only month and year are asked of them."""

import re

NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
# A hyphen ends a date only where another date follows it.
_END = r"(?![A-Za-z0-9@+#_*/]|-(?!\d{1,2}/))"
_FORMS = (
    r"(?P<month>\d{1,2})\s*/\s*\d{1,2}\s*/\s*(?P<year>\d{4}|\d{2})",
    r"(?P<year>20\d{2})-(?P<month>\d{1,2})-\d{1,2}",
    r"(?P<year>20\d{2})[/\-](?P<month>0[1-9]|1[0-2])",
    r"(?P<month>\d{1,2})-\d{1,2}-(?P<year>20\d{2}|\d{2})",
    r"(?P<month>\d{1,2})\s*[/\-]\s*(?P<year>20\d{2})",
    r"(?P<month>\d{1,2})/(?P<year>\d{2})",
    rf"\d{{1,2}}[\s\-]*(?P<name>{_NAME})[\s.,/\-]*(?P<year>20\d{{2}}|\d{{2}})",
    rf"(?P<name>{_NAME})[\s.,\-]*\d{{1,2}}(?:st|nd|rd|th)?[\s,\-]+(?P<year>20\d{{2}}|\d{{2}})",
    rf"(?P<name>{_NAME})[\s.,'/\-]*(?P<year>20\d{{2}}|\d{{2}})",
    rf"(?P<year>20\d{{2}})[\s.,/\-]*(?P<name>{_NAME})(?:[\s.,/\-]*\d{{1,2}})?",
    r"(?P<month>\d{1,2})\.(?P<year>20\d{2})",
)
_EACH = tuple(re.compile(form + _END, re.IGNORECASE) for form in _FORMS)
DATE = re.compile("|".join(f"(?:{re.sub(r'[?]P<[a-z]+>', '?:', form)}){_END}" for form in _FORMS), re.IGNORECASE)


def months_in(text: str) -> set[tuple[int, int]]:
    """This will give the year and month of one date, or nothing where there is no such month."""
    for form in _EACH:
        if found := form.fullmatch(text):
            parts = found.groupdict()
            month = NAMES.index(parts["name"][:3].lower()) + 1 if parts.get("name") else int(parts["month"])
            # Notices of this kind exist since 2012: two digits are years of this century.
            year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
            return {(year, month)} if 1 <= month <= 12 else set()
    return set()
