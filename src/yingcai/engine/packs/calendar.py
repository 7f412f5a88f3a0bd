"""calendar.yaml: public holidays and the weekend days worked instead, year by year."""

from collections.abc import Iterator
from typing import Any

from yingcai.engine.packs.document import Document, Problem
from yingcai.engine.packs.entries import backwards, repeated
from yingcai.engine.packs.shape import Dated, ListOf, Map, Number, Source, Text
from yingcai.engine.workflow.calendar import SATURDAY, days_of

CALENDAR_SHAPE = Map(
    {
        "years": ListOf(
            Map(
                {
                    "year": Number(minimum=1949),
                    "source": Source(),
                    "holidays": ListOf(
                        Map(
                            {
                                "zh": Text(),
                                "en": Text(),
                                "from": Dated(),
                                "to": Dated(),
                                "source": Source(optional=True),
                            }
                        ),
                        filled=True,
                        about="放假 days off",
                    ),
                    "worked": ListOf(Dated(), about="调休上班的周末 weekend days worked"),
                }
            ),
            about="已公布放假安排的年份 years whose holidays are known",
        )
    }
)


def check_calendar(document: Document) -> Iterator[Problem]:
    """Each day stands in its year; days worked are weekend days and no holidays."""
    yield from repeated(document, ("years",), "year", by="year")
    for i, year in enumerate(document.value["years"]):
        off = set()
        for j, holiday in enumerate(year["holidays"]):
            key = ("years", i, "holidays", j)
            yield from backwards(document, key)
            yield from _other_year(document, year, holiday, i, j)
            off.update(days_of(holiday["from"], holiday["to"]))
        for j, day in enumerate(year["worked"]):
            key = ("years", i, "worked", j)
            if day.year != year["year"]:
                yield document.problem(f"{day} is not in {year['year']}", *key)
            if day.weekday() < SATURDAY:
                yield document.problem(f"{day} is no day of a weekend", *key)
            if day in off:
                yield document.problem(f"{day} is a holiday, too", *key)


def _other_year(
    document: Document, year: dict[str, Any], holiday: dict[str, Any], i: int, j: int
) -> Iterator[Problem]:
    for end in ("from", "to"):
        if holiday[end].year != year["year"]:
            text = f"{holiday[end]} is not in {year['year']}; give each year its own days"
            yield document.problem(text, "years", i, "holidays", j, end)
