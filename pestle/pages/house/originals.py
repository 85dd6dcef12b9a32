"""Gives an original back as it came, so that nothing in it can act."""

from django.http import HttpResponse

from pestle.records.messages import Document

PDF = "application/pdf"
KNOWN = frozenset({"image/png", "image/jpeg", "image/webp", PDF})
# Browsers draw no PDF in a sandbox; what could act in one was refused when it was kept.
_POLICY = "default-src 'none'; frame-ancestors 'self'"


def original_answer(document: Document) -> HttpResponse:
    """Give the bytes under the type that was found by looking into them, shown only inside our own pages."""
    is_known = document.media_type in KNOWN
    answer = HttpResponse(
        bytes(document.content), content_type=document.media_type if is_known else "application/octet-stream"
    )
    answer["Content-Disposition"] = "inline" if is_known else "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = _POLICY if document.media_type == PDF else f"{_POLICY}; sandbox"
    answer["X-Frame-Options"] = "SAMEORIGIN"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
