"""What cases keep of people, as JSON sealed under the key of the subject whose case it is."""

import json
from collections.abc import Sequence
from typing import Any

from yingcai.cases.models import Case
from yingcai.registry.sealed import seal, subject_key, unsealed, unsealed_under

ANSWERS, STATE, ACT, BASIS, NOTICE, FILE = "answers", "state", "act", "basis", "notice", "file"


def put(case: Case, field: str, value: Any) -> bytes:
    """``value`` sealed for this case and field. Raises: Erased."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return seal(case.subject, _bound(case, field), text)


def taken(case: Case, field: str, sealed: bytes | memoryview | None) -> Any:
    """What was sealed; None where nothing was. Raises: Erased, NotSealed."""
    if sealed is None:
        return None
    return json.loads(unsealed(case.subject, _bound(case, field), bytes(sealed)).plain)


def taken_all(case: Case, rows: Sequence[tuple[str, bytes | memoryview | None]]) -> list[Any]:
    """The same for many, by field and what was sealed; the key is opened once. Raises: Erased, NotSealed."""
    if all(sealed is None for _field, sealed in rows):
        return [None for _ in rows]
    key = subject_key(case.subject)
    return [
        None
        if sealed is None
        else json.loads(unsealed_under(key, case.subject, _bound(case, field), bytes(sealed)).plain)
        for field, sealed in rows
    ]


def _bound(case: Case, field: str) -> str:
    return f"case/{case.handle}/{field}"
