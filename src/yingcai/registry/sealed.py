"""Sensitive values: how they are sealed under the key of their subject, and a type that shows nothing.

What is sealed is bound to its subject and field, so that a value moved to another row does not open.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from yingcai.engine.sealing import NotSealed, unseal
from yingcai.registry.errors import Erased
from yingcai.registry.keys import key_ring, profile
from yingcai.registry.models import Fact, Subject, SubjectKey


@dataclass(frozen=True, repr=False)
class Secret:
    """An unsealed value. It prints as `***`, so that no log and no error page shows it."""

    plain: str

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__


def seal(subject: Subject, field: str, plain: str) -> bytes:
    """``plain`` sealed under the subject's key for this field. Raises: Erased."""
    return profile().seal(subject_key(subject), plain.encode(), _bound(subject, field))


def seal_under(key: bytes, subject: Subject, field: str, plain: str) -> bytes:
    """As `seal`, for somebody who holds the subject's key already."""
    return profile().seal(key, plain.encode(), _bound(subject, field))


def unsealed(subject: Subject, field: str, sealed: bytes) -> Secret:
    """What was sealed for this subject and field. Only the actions of looking call it.

    Raises: Erased; NotSealed where the row was changed or moved.
    """
    return Secret(unseal(subject_key(subject), sealed, _bound(subject, field)).decode())


def unsealed_under(key: bytes, subject: Subject, field: str, sealed: bytes) -> Secret:
    """As `unsealed`, for somebody who holds the subject's key already. Raises: NotSealed."""
    return Secret(unseal(key, sealed, _bound(subject, field)).decode())


def subject_key(subject: Subject) -> bytes:
    """The subject's own key. Raises: Erased."""
    row = SubjectKey.objects.filter(subject_id=subject.pk).first()
    if row is None:
        raise Erased("该主体的个人信息密钥已销毁")
    return _unwrapped(bytes(row.wrapped), row.key_id, str(subject.handle))


def subject_keys(subjects: Iterable[Subject]) -> dict[int, bytes]:
    """The keys of many subjects by their row; those that are erased have none."""
    handles = {subject.pk: str(subject.handle) for subject in subjects}
    rows = SubjectKey.objects.filter(subject_id__in=handles)
    return {
        row.subject_id: key_ring().unwrap(bytes(row.wrapped), row.key_id, handles[row.subject_id])
        for row in rows
    }


@lru_cache(maxsize=256)
def _unwrapped(wrapped: bytes, key_id: str, handle: str) -> bytes:
    try:
        return key_ring().unwrap(wrapped, key_id, handle)
    except KeyError:
        raise NotSealed(f"the wrapping key {key_id} is not in the key file") from None


def same_value(one: Fact, other: Fact) -> bool:
    """Whether two rows of a fact say the same. Rows whose values were swept say nothing to tell them by.

    Under one key the fingerprints tell; of subjects that were merged the values are compared here, and
    shown to nobody. Who shows the result writes a look that names the fact.
    """
    if one.subject_id == other.subject_id or one.sealed is None or other.sealed is None:
        return (one.value, one.fingerprint) == (other.value, other.fingerprint)
    try:
        first, second = (
            unsealed(row.subject, f"fact/{row.name}", bytes(row.sealed or b"")).plain
            for row in (one, other)
        )
    except Erased:
        return False
    return first == second


def _bound(subject: Subject, field: str) -> bytes:
    return f"{subject.handle}/{field}".encode()
