"""How numbers, quantities and dates are written, in the language of the page.

Django's Chinese formats have no thousands separator, so grouping is done here. Values are Decimal
or int and are written exactly: nothing is rounded away unless the function says so.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from yingcai.engine.rules.words import money_words

NOTHING = "—"
WAN = Decimal(10_000)
YI = Decimal(100_000_000)
MILLION = Decimal(1_000_000)
BILLION = Decimal(1_000_000_000)

# English for the measure words of plans, for one and for many. A word that is not here is shown as
# the plan prints it. Not in the catalogue: single characters would collide with other messages.
MEASURE_WORDS = {
    "名": ("person", "people"),
    "人": ("person", "people"),
    "位": ("person", "people"),
    "人次": ("attendance", "attendances"),
    "家": ("organisation", "organisations"),
    "个": ("item", "items"),
    "项": ("item", "items"),
    "件": ("item", "items"),
    "场": ("event", "events"),
    "次": ("time", "times"),
    "期": ("session", "sessions"),
    "批": ("batch", "batches"),
    "所": ("institution", "institutions"),
    "支": ("team", "teams"),
    "套": ("set", "sets"),
    "间": ("room", "rooms"),
    "份": ("copy", "copies"),
    "条": ("item", "items"),
    "门": ("course", "courses"),
    "对": ("pair", "pairs"),
    "年": ("year", "years"),
    "天": ("day", "days"),
    "元": ("yuan", "yuan"),
    "亩": ("mu", "mu"),
    "平方米": ("m²", "m²"),
}


def chinese() -> bool:
    """Whether the page is in Chinese (the default)."""
    return not (get_language() or "zh").startswith("en")


def amount(value: object) -> str:
    """A number with thousands separators and without idle zeros; a dash for nothing.

    >>> amount(Decimal("1234567.5000"))
    '1,234,567.5'
    """
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return str(value)
    text = f"{Decimal(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def measure_word(word: str) -> str:
    """The measure word in the page's language."""
    return word if chinese() else MEASURE_WORDS.get(word, (word, word))[1]


def quantity(value: object, word: str = "") -> str:
    """A number with its measure word: 1,000名, 5亿元, 10%; English: 1,000 people, 500 million yuan."""
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        return amount(value)
    number = Decimal(value)
    if word == "%":
        return f"{amount(number)}%"
    if word == "元":
        return _money(number)
    return f"{amount(number)}{measure_word(word)}" if chinese() else _english(number, word)


def fen(value: int) -> str:
    """An amount in fen: 30万元, 1,234.50元; English: 300,000 yuan."""
    return money_words(value, "zh" if chinese() else "en")


def _english(number: Decimal, word: str) -> str:
    one, many = MEASURE_WORDS.get(word, (word, word))
    return f"{amount(number)} {one if number == 1 else many}".strip()


def _money(yuan: Decimal) -> str:
    if chinese():
        for size, name in ((YI, "亿元"), (WAN, "万元")):
            if abs(yuan) >= size and _short(yuan / size):
                return f"{amount(yuan / size)}{name}"
        return f"{amount(yuan)}元"
    for size, name in ((BILLION, "billion yuan"), (MILLION, "million yuan")):
        if abs(yuan) >= size and _short(yuan / size):
            return f"{amount(yuan / size)} {name}"
    return f"{amount(yuan)} yuan"


def _short(number: Decimal) -> bool:
    """Whether four decimal places say it exactly."""
    return number == number.quantize(Decimal("0.0001"))


def percent(value: object, places: int = 1) -> str:
    """Percentage points with ``places`` decimals, half up: 41.2%; a dash for nothing."""
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        return amount(value)
    step = Decimal(1).scaleb(-places)
    return f"{Decimal(value).quantize(step, ROUND_HALF_UP):,f}%"


def signed(value: object) -> str:
    """A change with its sign: +12, −3, 0."""
    if not isinstance(value, int | Decimal) or isinstance(value, bool) or value == 0:
        return amount(value)
    return f"{'+' if value > 0 else '−'}{amount(abs(value))}"


def _day(value: date) -> date:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def day_label(value: object) -> str:
    """2018年4月13日; English: 13 April 2018. Moments are shown by the city's clock."""
    if not isinstance(value, date):
        return amount(value)
    day = _day(value)
    if chinese():
        return f"{day.year}年{day.month}月{day.day}日"
    return date_format(day, "j F Y")


def weekday_label(value: date) -> str:
    """2018年4月13日 星期五; English: Friday, 13 April 2018."""
    weekday = date_format(value, "l")
    return f"{day_label(value)} {weekday}" if chinese() else f"{weekday}, {day_label(value)}"


def moment_label(value: object) -> str:
    """2018年4月13日 09:30; English: 13 April 2018, 09:30."""
    if not isinstance(value, datetime):
        return day_label(value)
    local = _day(value)
    return f"{day_label(value)}{' ' if chinese() else ', '}{local:%H:%M}"


def month_label(value: object) -> str:
    """2018年5月; English: May 2018."""
    if not isinstance(value, date):
        return amount(value)
    day = _day(value)
    return f"{day.year}年{day.month}月" if chinese() else date_format(day, "F Y")


def sentence(names: list[object]) -> str:
    """A list read aloud: 甲、乙、丙; English: A, B and C."""
    words = [str(name) for name in names if str(name)]
    if chinese():
        return "、".join(words)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
