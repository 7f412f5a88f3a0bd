"""What cases keep of people, as JSON sealed under the key of the subject whose case it is."""

import json
from typing import Any

from yingcai.cases.models import Case
from yingcai.registry.errors import Erased
from yingcai.registry.sealed import seal, subject_keys, unsealed, unsealed_under

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


class Opened:
    """Opens many things of one case with one look for its key. Raises: Erased; each call NotSealed."""

    def __init__(self, case: Case) -> None:
        keys = subject_keys([case.subject])
        if case.subject.pk not in keys:
            raise Erased("该主体的个人信息密钥已销毁")
        self._case, self._key = case, keys[case.subject.pk]

    def __call__(self, field: str, sealed: bytes | memoryview | None) -> Any:
        if sealed is None:
            return None
        bound = _bound(self._case, field)
        return json.loads(unsealed_under(self._key, self._case.subject, bound, bytes(sealed)).plain)


def _bound(case: Case, field: str) -> str:
    return f"case/{case.handle}/{field}"
