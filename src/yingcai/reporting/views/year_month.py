"""Months in addresses: /bulletins/2018-05/."""

from datetime import date


class YearMonthConverter:
    """A month as yyyy-mm; its value is the first day of the month."""

    regex = r"\d{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date | str) -> str:
        return value if isinstance(value, str) else f"{value:%Y-%m}"


def month_of(text: str) -> date | None:
    """The month that a query such as ``?month=2018-05`` names, or None when it names none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
