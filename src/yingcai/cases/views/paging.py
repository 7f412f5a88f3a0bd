"""Where a keyset-paged list of cases goes on, as it stands in an address: a day and a row."""

from datetime import date


def place_of(text: str) -> tuple[date, int] | None:
    """The place that an address names; None for the beginning, and for what is no place."""
    day, _sign, row = text.partition(".")
    try:
        return (date.fromisoformat(day), int(row)) if row.isdecimal() and len(row) < 19 else None
    except ValueError:
        return None


def query_of(place: tuple[date, int] | None) -> str:
    """The same for a link; empty where the list is over."""
    return f"{place[0].isoformat()}.{place[1]}" if place else ""
