"""Months in queries: ?month=2018-05."""

from datetime import date


def month_of(text: str) -> date | None:
    """The month that a query such as ``?month=2018-05`` names, or None when it names none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
