"""Files that the site hands out: saved by the browser, never shown by it."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def attachment(data: bytes | str, name: str, content_type: str) -> HttpResponse:
    """A file that the site made, under ``name``."""
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(
        data,
        headers={
            "Content-Type": content_type,
            "Content-Disposition": disposition or "attachment",
            "X-Content-Type-Options": "nosniff",
        },
    )


def brought(data: bytes, name: str) -> HttpResponse:
    """A file that somebody brought as evidence: whatever it is, it can do nothing inside the site."""
    answer = attachment(data, name, "application/octet-stream")
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def brought_picture(data: bytes, name: str, content_type: str) -> HttpResponse:
    """The same, of a picture that the browser may show: it can do nothing inside the site either."""
    answer = brought(data, name)
    answer["Content-Type"] = content_type
    shown = content_disposition_header(as_attachment=False, filename=name)
    answer["Content-Disposition"] = shown or "inline"
    return answer
