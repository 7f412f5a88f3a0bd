"""What people wrote about subjects in their own words: sealed under the subjects' keys, gone with any of them.

Who shows such a text to somebody else writes a look that names it (`reason`) first.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence

from yingcai.registry.models import Look, Merge, RightsRequest, Subject
from yingcai.registry.sealed import seal_under, subject_keys, unsealed_under

REASON = "reason"  # as looks name it
LOOK, MERGE, ASKED, REMARK = "look/reason", "merge/reason", "right/reason", "right-remark/reason"


def seal_text(subjects: Sequence[Subject], field: str, text: str) -> bytes | None:
    """``text`` sealed under the key of each subject in turn; None where there is no text. Raises: KeyError."""
    if not text.strip():
        return None
    keys = subject_keys(subjects)
    written, sealed = text.strip(), b""
    for subject in subjects:
        sealed = seal_under(keys[subject.pk], subject, field, written)
        written = b64encode(sealed).decode()
    return sealed


def text_of(subjects: Sequence[Subject], field: str, sealed: bytes | memoryview | None) -> str:
    """What was written; empty where nothing was, or where a key is destroyed. Raises: NotSealed."""
    if sealed is None:
        return ""
    keys = subject_keys(subjects)
    if len(keys) < len({one.pk for one in subjects}):
        return ""
    found, written = bytes(sealed), ""
    for subject in reversed(subjects):
        written = unsealed_under(keys[subject.pk], subject, field, found).plain
        found = b64decode(written) if subject is not subjects[0] else b""
    return written


def sealed_reasons(subjects: Sequence[Subject], reason: str) -> dict[int, bytes]:
    """One reason of looks at many, sealed for each under its own key; the keys are fetched once."""
    keys = subject_keys(subjects)
    return {
        subject.pk: seal_under(keys[subject.pk], subject, LOOK, reason.strip())
        for subject in subjects
        if subject.pk in keys
    }


def look_reasons(rows: Iterable[Look]) -> dict[int, str]:
    """The reasons of looks by row, as far as there are any; the keys are fetched once."""
    told = [row for row in rows if row.sealed_reason is not None]
    keys = subject_keys({row.subject for row in told}) if told else {}
    return {
        row.pk: unsealed_under(
            keys[row.subject_id], row.subject, LOOK, bytes(row.sealed_reason or b"")
        ).plain
        for row in told
        if row.subject_id in keys
    }


def merge_reason(row: Merge) -> str:
    """Why two subjects were merged or taken apart."""
    return text_of([row.kept, row.gone], MERGE, row.sealed_reason)


def asked_reason(row: RightsRequest) -> str:
    """What the person wrote who asked for erasure or restriction."""
    return text_of([row.subject], ASKED, row.sealed_reason)


def remark(row: RightsRequest) -> str:
    """What the officer added to the answer."""
    return text_of([row.subject], REMARK, row.sealed_remark)
