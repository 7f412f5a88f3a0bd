"""What whoever applies is told after the award: a notice for each thing, its words sealed."""

from collections.abc import Mapping
from datetime import datetime

from yingcai.cases.models import Case, CaseNotice
from yingcai.cases.sealed import NOTICE, put


def tell_after(
    case: Case, kind: str, number: int, said: Mapping[str, object], *, now: datetime
) -> bool:
    """Leave a notice, once for each kind and row that it is about; whether it is new. Raises: Erased."""
    if CaseNotice.objects.filter(case=case, kind=kind, act=number).exists():
        return False
    sealed = put(case, f"{NOTICE}/{kind}/{number}", dict(said))
    CaseNotice.objects.create(case=case, kind=kind, act=number, at=now, sealed=sealed)
    return True
