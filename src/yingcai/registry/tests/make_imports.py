"""Files of invented people, with right check characters, and batches of them on their way."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from yingcai.engine.documents.sheet import write_csv
from yingcai.engine.identifiers import with_check_sign
from yingcai.identity.models import User
from yingcai.registry.actions.imports.checking import check_batch
from yingcai.registry.actions.imports.receiving import (
    Upload,
    Wanted,
    agree_columns,
    proposed_columns,
    receive_file,
)
from yingcai.registry.models import ImportBatch, ImportProblem, Subject
from yingcai.registry.queries.scope import Scope, usual_scope
from yingcai.registry.tests.make import NOW, TODAY

HEAD = ["姓名", "证件号码", "入职日期", "学历学位", "参保月数"]
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", "明华芳伟秀丽强磊洋艳"
DEGREES = ["学士", "硕士", "博士"]


def resident(serial: int) -> str:
    """A resident identity number that nobody has: a day of birth and a serial, with its check character."""
    born = date(1960, 1, 1) + timedelta(days=serial % 14_000)
    body = f"331002{born:%Y%m%d}{serial // 14_000:03d}"
    return with_check_sign(body)


def name(serial: int) -> str:
    return SURNAMES[serial % 10] + GIVEN[serial // 10 % 10] + GIVEN[serial // 100 % 10]


def person(serial: int) -> list[str]:
    """A row of a personnel office's list."""
    since = date(2015, 1, 1) + timedelta(days=serial % 1000)
    return [
        name(serial),
        resident(serial),
        since.isoformat(),
        DEGREES[serial % 3],
        str(serial % 60),
    ]


def listed_as(name: str, number: str) -> list[str]:
    """A row of that list for somebody in particular."""
    return [name, number, "2016-09-01", "博士", "12"]


def people(count: int, *, first: int = 0) -> list[list[str]]:
    return [person(serial) for serial in range(first, first + count)]


def as_csv(rows: Iterable[Sequence[str]], head: Sequence[str] = HEAD) -> bytes:
    return write_csv([head, *rows])


def as_upload(data: bytes, file_name: str = "员工.csv") -> Upload:
    return Upload(file_name, len(data), lambda: io.BytesIO(data))


def scope_of(user: User) -> Scope:
    return usual_scope(user, on=TODAY)


def upload(
    user: User,
    data: bytes,
    firm: Subject | None = None,
    *,
    kind: str = "person",
    source: str = "employer",
    as_of: date | None = None,
) -> ImportBatch:
    """A file in quarantine, not matched and not checked."""
    wanted = Wanted(kind, source, firm, as_of)
    return receive_file(as_upload(data), wanted, scope=scope_of(user), actor=user, now=NOW)


def check(batch: ImportBatch, user: User) -> ImportBatch:
    """Its columns agreed to as proposed, those that nobody knows left out, and the rows checked."""
    columns = [field or "-" for field in proposed_columns(batch)]
    agree_columns(batch, columns, scope=scope_of(user), actor=user, now=NOW)
    check_batch(batch, actor=user, now=NOW)
    return batch


def codes(batch: ImportBatch) -> list[tuple[int, str]]:
    """Row and code of each problem."""
    return list(ImportProblem.objects.filter(batch=batch).values_list("number", "code"))
