"""Imported files: which are in scope, what is wrong with them, who may decide. Keyset-paged."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yingcai.audit import clock
from yingcai.identity.queries import Role, roles_on, same_person, units_of
from yingcai.registry.import_files import open_cells
from yingcai.registry.importing.words import DOUBTS
from yingcai.registry.keys import key_ring
from yingcai.registry.models import (
    FileKey,
    Identifier,
    ImportBatch,
    ImportKey,
    ImportProblem,
    ImportRow,
    Subject,
)
from yingcai.registry.queries.merged import kept_ids
from yingcai.registry.queries.scope import COUNTY, EMPLOYER, OFFICE, Scope, acts_for, mandates_on

if TYPE_CHECKING:
    from yingcai.identity.models import Unit, User

PAGE = 20
PROBLEMS = 25
STATED = "employer"
Status = ImportBatch.Status
OPEN = (Status.UPLOADED, Status.CHECKED, Status.WAITING, Status.APPLYING)


def batches(scope: Scope) -> QuerySet[ImportBatch]:
    """The files in scope: an employer's own, a county's, all for the office; nobody else's any."""
    found = ImportBatch.objects.select_related("organisation", "county", "uploaded_by")
    if scope.capacity == OFFICE:
        return found
    if scope.capacity == COUNTY:
        return found.filter(county__in=units_of(scope.user, {Role.COUNTY}, scope.on))
    if scope.capacity == EMPLOYER:
        return found.filter(organisation__in=organisations(scope))
    return found.none()


def page_of(scope: Scope, *, before: int | None = None) -> list[ImportBatch]:
    """Up to ``PAGE`` + 1 files, newest first, before a row."""
    rows = batches(scope)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[: PAGE + 1])


def batch_in(scope: Scope, handle: UUID | str) -> ImportBatch | None:
    return batches(scope).filter(handle=handle).first()


def organisations(scope: Scope) -> QuerySet[Subject]:
    """Whose people a sender may bring: for an employer's officer those that he acts for."""
    found = Subject.objects.filter(
        kind=Subject.Kind.ORGANISATION, standing=Subject.Standing.ACTIVE
    ).order_by("name", "id")
    if scope.capacity == EMPLOYER:
        held = mandates_on(scope.user, scope.on).filter(kind=EMPLOYER)
        return found.filter(pk__in=kept_ids(held.values("subject_id")))
    if scope.capacity == COUNTY:
        return found.filter(county__in=units_of(scope.user, {Role.COUNTY}, scope.on))
    return found if scope.capacity == OFFICE else found.none()


def organisation_by_code(scope: Scope, number: str) -> Subject | None:
    """The organisation in reach that a credit code in its normal form names."""
    index = key_ring().blind_index("credit-code", number)
    named = Identifier.objects.filter(kind="credit-code", blind_index=index, retired_at=None)
    return organisations(scope).filter(pk__in=kept_ids(named.values("subject_id"))).first()


def county_of(scope: Scope) -> "Unit | None":
    """The county that an officer of a county works for; none for the others."""
    if scope.capacity != COUNTY:
        return None
    return units_of(scope.user, {Role.COUNTY}, scope.on).order_by("pk").first()


def may_decide(user: "User", batch: ImportBatch, on: date) -> bool:
    """Whether somebody may approve or refuse: of the office, or of the file's county; not who uploaded
    it or handed it in, nor who is taken for one with them or acts for the firm himself.
    """
    since = clock.day_of(batch.uploaded_at)
    if any(
        same_person(user, who, since=since, on=on)
        for who in {batch.uploaded_by, batch.submitted_by}
    ):
        return False
    if batch.organisation is not None and acts_for(user, batch.organisation, on):
        return False
    if OFFICE in roles_on(user, on):
        return True
    units = units_of(user, {Role.COUNTY}, on)
    return batch.county_id is not None and units.filter(pk=batch.county_id).exists()


def batch_key(batch: ImportBatch) -> bytes | None:
    """The key of a file; None when it is destroyed."""
    row = ImportKey.objects.filter(batch=batch).first()
    if row is None:
        return None
    return _unwrapped(bytes(row.wrapped), row.key_id, f"import/{batch.handle}")


def file_key(bound: str) -> bytes | None:
    """The key of a sealed file that another app holds; None when it is destroyed."""
    row = FileKey.objects.filter(bound=bound).first()
    return _unwrapped(bytes(row.wrapped), row.key_id, bound) if row else None


@lru_cache(maxsize=16)
def _unwrapped(wrapped: bytes, key_id: str, bound: str) -> bytes:
    return key_ring().unwrap(wrapped, key_id, bound)


def head_of(batch: ImportBatch) -> tuple[str, ...]:
    """The titles of a file's columns; none when its key is destroyed."""
    key = batch_key(batch)
    return open_cells(key, batch.sealed_for, 0, bytes(batch.head)) if key else ()


@dataclass(frozen=True)
class Counted:
    """How many rows have a problem of a kind."""

    code: str
    rows: int
    fault: bool


def counted_problems(batch: ImportBatch) -> list[Counted]:
    """How many problems of each kind, faults first, the most frequent first."""
    rows = ImportProblem.objects.filter(batch=batch).order_by().values("code")
    found = [
        Counted(row["code"], row["n"], row["code"] not in DOUBTS)
        for row in rows.annotate(n=Count("id"))
    ]
    return sorted(found, key=lambda one: (not one.fault, -one.rows, one.code))


def problems_page(
    batch: ImportBatch, *, code: str = "", after: tuple[int, int] | None = None
) -> list[ImportProblem]:
    """Up to ``PROBLEMS`` + 1 problems by row, after a row and an id."""
    rows = ImportProblem.objects.filter(batch=batch)
    if code:
        rows = rows.filter(code=code)
    if after is not None:
        number, pk = after
        rows = rows.filter(Q(number__gt=number) | Q(number=number, pk__gt=pk))
    return list(rows.order_by("number", "id")[: PROBLEMS + 1])


def open_twin(batch_like: dict[str, object]) -> ImportBatch | None:
    """An open file with the same content for the same purpose."""
    return ImportBatch.objects.filter(status__in=OPEN, **batch_like).first()


def to_work_on() -> list[ImportBatch]:
    """Files that wait for the command, the oldest first: to be checked, or to be applied further."""
    agreed = Q(status=Status.UPLOADED, columns__isnull=False)
    return list(ImportBatch.objects.filter(agreed | Q(status=Status.APPLYING)).order_by("id"))


def changed_since(batch: ImportBatch) -> bool:
    """Whether a number of the file names another subject now than when it was checked, or a new one."""
    named = Identifier.objects.filter(
        kind__in=("resident-id", "passport", "credit-code"),
        blind_index=OuterRef("blind_index"),
        retired_at=None,
    )
    ready = ImportRow.objects.filter(batch=batch, status=ImportRow.Status.READY)
    return ready.filter(Exists(named), subject=None).exists()
