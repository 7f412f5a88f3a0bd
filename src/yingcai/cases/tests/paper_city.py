"""Files of decisions on paper in the small city of cases: whom they name, how they are written and handed in."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from yingcai.cases.actions.papers.applying import apply_papers
from yingcai.cases.actions.papers.checking import check_papers
from yingcai.cases.actions.papers.deciding import approve_papers, submit_papers
from yingcai.cases.actions.papers.receiving import (
    agree_columns,
    proposed_columns,
    receive_papers,
)
from yingcai.cases.models import Award, Case, PaperBatch, PaperDecision, PaperProblem
from yingcai.cases.tests.case_city import FILES, NOW, City, build_city
from yingcai.identity.models import Unit, User
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.imports.receiving import Upload
from yingcai.registry.models import Subject
from yingcai.registry.tests.make import make_person, make_talent

# Invented, with right check characters.
LIN, QIAN = "331002199003071236", "331082198511230018"
HEAD = (
    "姓名", "证件号码", "事项", "文号", "申请日期", "决定日期", "决定", "金额（元）", "等级或结果", "有效期至",
    "拨付日期", "档案号", "备注",
)  # fmt: skip


def build_paper_city(folder: Path, files: Mapping[str, str] = FILES) -> "PaperCity":
    """The city of cases with two people who have numbers and a second officer of the lead unit."""
    city = build_city(folder, files)
    labour = Unit.objects.get(code="labour")
    lin = make_person("林之澜", number=LIN, county=Unit.objects.get(code="east"))
    return PaperCity(
        city,
        lin,
        make_person("钱明川", number=QIAN),
        make_talent(lin, "lin"),
        make_user("tao", role="officer", unit=labour),
        make_user("office", role="office"),
    )


class PaperCity:
    """Who is there: officers of the lead unit bring and approve, the office may do both, Lin reads his own."""

    def __init__(
        self, city: City, lin: Subject, qian: Subject, reader: User, second: User, office: User
    ) -> None:
        self.city, self.lin, self.qian, self.reader = city, lin, qian, reader
        self.first, self.second, self.office = city.officer, second, office
        self.labour = Unit.objects.get(code="labour")

    def brought(
        self, *rows: Mapping[str, str], now: datetime = NOW, by: User | None = None
    ) -> PaperBatch:
        """A file that is checked."""
        data = as_csv([row_of(row) for row in rows])
        unit = None if by == self.office else self.labour
        upload = Upload("台账.csv", len(data), lambda: io.BytesIO(data))
        batch = receive_papers(upload, unit, actor=by or self.first, now=now)
        agree_columns(batch, proposed_columns(batch), actor=by or self.first, now=now)
        check_papers(batch, actor=by or self.first, now=now)
        return batch

    def waiting(self, *rows: Mapping[str, str], now: datetime = NOW) -> PaperBatch:
        batch = self.brought(*rows, now=now)
        submit_papers(batch, actor=self.first, now=now)
        return batch

    def taken_in(self, *rows: Mapping[str, str], now: datetime = NOW) -> PaperBatch:
        """A file that was approved by the second officer, with its cases."""
        batch = self.waiting(*rows, now=now)
        approve_papers(batch, shown=batch.digest, actor=self.second, now=now)
        apply_papers(batch, now=now)
        return batch


def row_of(said: Mapping[str, str]) -> list[str]:
    """A row that grants Lin a doctor's level, but for what is said otherwise, by title of the column."""
    usual = {
        "姓名": "林之澜",
        "证件号码": LIN,
        "事项": "人才认定",
        "文号": "澜人才〔2016〕3号",
        "申请日期": "2016-03-01",
        "决定日期": "2016-04-15",
        "决定": "同意",
        "等级或结果": "doctor",
        "档案号": "2016-17",
    }
    wanted = {**usual, **said}
    assert set(wanted) <= set(HEAD), wanted
    return [wanted.get(title, "") for title in HEAD]


def grant(**more: str) -> dict[str, str]:
    """A settling grant of 50,000 yuan on paper."""
    return {"事项": "安家补助", "等级或结果": "", "金额（元）": "50,000.00", **more}


def as_csv(rows: Sequence[Sequence[str]], head: Sequence[str] = HEAD) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return text.getvalue().encode()


def problems_of(batch: PaperBatch) -> list[tuple[int, str, str]]:
    rows = PaperProblem.objects.filter(batch=batch).order_by("number", "id")
    return [(one.number, one.field, one.code) for one in rows]


def nothing_was_taken_in() -> bool:
    kinds = (PaperDecision, Award)
    return not any(one.objects.exists() for one in kinds) and not Case.objects.exists()
