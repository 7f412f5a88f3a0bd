"""What calls that write carry, and what they are answered: handles and numbers of rows, never values."""

from datetime import date
from typing import Annotated
from uuid import UUID

from ninja import Field, Schema

Short = Annotated[str, Field(max_length=200)]
Code = Annotated[str, Field(max_length=50)]


class NumberIn(Schema):
    kind: Code
    number: Annotated[str, Field(max_length=40)]


class SubjectIn(Schema):
    """A new subject. ``county``: code of a unit; empty for an officer of a county: his own."""

    kind: Annotated[str, Field(pattern="^(person|organisation|project)$")]
    name: Annotated[str, Field(min_length=1, max_length=120)]
    sort: Code = ""
    county: Code = ""
    numbers: Annotated[list[NumberIn], Field(max_length=4)] = []


class FactIn(Schema):
    """A value as the source says it, for some days; empty days: ever since, still."""

    fact: Code
    value: Short
    source: Code
    since: date | None = None
    until: date | None = None
    reference: Annotated[str, Field(max_length=120)] = ""


class FactsIn(Schema):
    facts: Annotated[list[FactIn], Field(min_length=1, max_length=50)]


class ReasonIn(Schema):
    reason: Short


class RelationIn(Schema):
    """``other``: a subject of the scope. ``share``: of a million."""

    relation: Code
    other: UUID
    source: Code
    since: date
    until: date | None = None
    share: int | None = None


class EndIn(Schema):
    until: date
    source: Code


class WishIn(Schema):
    """What should be recorded about oneself, and why; the fact that holds now is the wrong one."""

    fact: Code
    value: Short
    reason: Annotated[str, Field(max_length=300)]
    since: date | None = None


class DecisionIn(Schema):
    accept: bool
    answer: Annotated[str, Field(max_length=300)] = ""


class ConsentIn(Schema):
    """``version``: of the notice that was read."""

    purpose: Code
    version: int


class PurposeIn(Schema):
    purpose: Code


class Nothing(Schema):
    """The address says it all."""


class SubjectMade(Schema):
    handle: UUID


class RowMade(Schema):
    id: int


class RowsMade(Schema):
    ids: list[int]
