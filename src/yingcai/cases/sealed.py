"""What cases keep of people, as JSON sealed under the key of the subject whose case it is."""

import json
from collections.abc import Sequence
from typing import Any

from yingcai.cases.models import Case
from yingcai.registry.sealed import seal, subject_key, unsealed, unsealed_under

ANSWERS, STATE, ACT, BASIS, NOTICE, FILE = "answers", "state", "act", "basis", "notice", "file"
SUM = "sum"  # how the amount of an award comes about
REMARK = "paper-remark"


def put(case: Case, field: str, value: Any) -> bytes:
    """``value`` sealed for this case and field. Raises: Erased."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return seal(case.subject, _bound(case, field), text)


def taken(case: Case, field: str, sealed: bytes | memoryview | None) -> Any:
    """What was sealed; None where nothing was. Raises: Erased, NotSealed."""
    if sealed is None:
        return None
    return json.loads(unsealed(case.subject, _bound(case, field), bytes(sealed)).plain)


class Opened:
    """Opens many things of one case with one look for its key. Raises: Erased; each call NotSealed.

    ``key``: of the subject, where the keys of many were asked for at once.
    """

    def __init__(self, case: Case, key: bytes = b"") -> None:
        self._case, self._key = case, key or subject_key(case.subject)

    def __call__(self, field: str, sealed: bytes | memoryview | None) -> Any:
        if sealed is None:
            return None
        bound = _bound(self._case, field)
        return json.loads(unsealed_under(self._key, self._case.subject, bound, bytes(sealed)).plain)


def taken_all(case: Case, rows: Sequence[tuple[str, bytes | memoryview | None]]) -> list[Any]:
    """The same for a list of fields and what was sealed; no key is asked for where nothing was."""
    if all(sealed is None for _field, sealed in rows):
        return [None for _ in rows]
    opened = Opened(case)
    return [opened(field, sealed) for field, sealed in rows]


def _bound(case: Case, field: str) -> str:
    return f"case/{case.handle}/{field}"
