"""The sentences of a bulletin: templates from the pack, filled with figures of the snapshot.

A template is text with {names}; nothing in it is ever evaluated. Each block of the bulletin is
one text of paragraphs, so that the office can edit it and go back to what was generated.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

import yaml

from yingcai.reporting.bulletin.numbers import amount
from yingcai.reporting.bulletin.snapshot import LAGGARDS, Json

BLOCKS = ("title", "overall", "units", "counties", "highlights", "laggards", "next")
LIGHT_WORDS = {
    "done": "已完成",
    "green": "正常",
    "yellow": "滞后",
    "red": "严重滞后",
    "none": "暂无数据",
}
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
QUOTED = re.compile(r"《([^》]+)》")
HALF_WIDTH = re.compile(r"\s*\(([^()]*)\)")
HALF_MARK = re.compile(r"(?<=[\u3400-\u9fff])[,;:!?()]+|[,;:!?()]+(?=[\u3400-\u9fff])")
FULL_WIDTH = str.maketrans(",;:!?()", "，；：！？（）")
INNER_QUOTES = str.maketrans("“”", "‘’")  # sentences put titles in quotes of their own
LEVEL = "认定层次"  # of what is no money
NAMED = 5  # units named in one sentence before the rest is counted
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")

_MONTH = frozenset({"plan", "year", "month", "month_end"})
_OVERALL = _MONTH | {"targets", "share", "time", *LIGHT_WORDS}
_CHANGE = _MONTH | {"change", "late", "last_late", "last_share", "share"}
_UNITS = _MONTH | {"units", "best", "best_share", "worst", "worst_share", "full"}
_TARGET = frozenset(
    {"title", "code", "units", "goal", "value", "progress", "change", "gap", "light"}
)
# Every sentence a pack may bring, and the names it may use.
KEYS: dict[str, frozenset[str]] = {
    "title": frozenset({"plan", "year", "month"}),
    "overall": _OVERALL,
    "overall_better": _CHANGE,
    "overall_worse": _CHANGE,
    "overall_same": _CHANGE,
    "overall_first": _MONTH,
    "overall_missing": _MONTH | {"missing"},
    "units": _UNITS,
    "units_none": _MONTH,
    "counties": _UNITS,
    "counties_none": _MONTH,
    "rank_rule": frozenset(),
    "settled": frozenset({"settled", "yuan"}),
    "settled_item": frozenset({"title", "name", "yuan", "basis"}),
    "highlights_reached": _TARGET,
    "highlights_moved": _TARGET,
    "highlights_words": frozenset({"unit", "words"}),
    "highlights_none": _MONTH,
    "laggards": _OVERALL,
    "laggards_item": _TARGET,
    "laggards_behind": frozenset({"behind"}),
    "laggards_reason": frozenset({"unit", "words"}),
    "laggards_no_reason": frozenset(),
    "laggards_more": frozenset({"more"}),
    "laggards_none": _MONTH,
    "next": _OVERALL,
    "next_red": frozenset({"units", "red"}),
    "next_orders": frozenset({"orders"}),
    "next_order": frozenset({"number", "unit", "title", "due_on"}),
}

Texts = Mapping[str, tuple[str, ...]]
Values = Mapping[str, str]


class TextsWrong(ValueError):
    """The pack's sentences cannot be used; ``problems`` says all that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("；".join(problems))
        self.problems = problems


def read_texts(source: str, *, name: str, title: str = "") -> Texts:
    """The sentences of a pack over the default ones; ``title`` is the pack's title template.

    Raises: TextsWrong with every problem of the file, by key.
    """
    problems: list[str] = []
    own = _parsed(source, name=name, problems=problems)
    if title:
        own = {"title": title, **own}
    problems += [problem for key, value in own.items() for problem in _problems(key, value, name)]
    if problems:
        raise TextsWrong(problems)
    return {**default_texts(), **{key: _sentences(value) for key, value in own.items()}}


@cache
def default_texts() -> Texts:
    """The neutral sentences that come with the product."""
    source = resources.files(__package__).joinpath("default.yaml").read_text("utf-8")
    return {key: _sentences(value) for key, value in yaml.safe_load(source).items()}


def _parsed(source: str, *, name: str, problems: list[str]) -> dict[Any, Any]:
    try:
        own = yaml.safe_load(source)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"第 {mark.line + 1} 行" if mark else ""
        problems.append(f"{name}{line}不是有效的 YAML，请检查缩进和冒号")
        return {}
    if own is None:
        return {}
    if not isinstance(own, dict):
        problems.append(f"{name} 应是“键: 文字”的列表")
        return {}
    return own


def _problems(key: object, value: object, name: str) -> Iterator[str]:
    if key not in KEYS:
        yield f"{name} 的“{key}”不是可用的键，可用的有：{'、'.join(KEYS)}"
        return
    sentences = value if isinstance(value, list) else [value]
    if not all(isinstance(sentence, str) for sentence in sentences):
        yield f"{name} 的“{key}”应是文字或文字的列表"
        return
    allowed = KEYS[str(key)]
    for sentence in sentences:
        unknown = [found for found in PLACEHOLDER.findall(sentence) if found not in allowed]
        for found in unknown:
            can = "、".join(sorted(allowed)) or "无"
            yield f"{name} 的“{key}”用了未知的占位 {{{found}}}，可用的有：{can}"


def _sentences(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def fill(sentence: str, values: Values) -> str:
    """Put values for {names}; what is put in is never looked at again."""
    return PLACEHOLDER.sub(lambda found: values[found[1]], sentence)


def foreign_numbers(text: str, generated: str, known: Iterable[str]) -> list[str]:
    """Numbers in an edited text that neither the generated text nor the month's figures contain."""
    expected = set(NUMBER.findall(generated))
    expected.update(found for figure in known for found in NUMBER.findall(figure))
    wanted = {number.replace(",", "") for number in expected}
    found = [number for number in NUMBER.findall(text) if number.replace(",", "") not in wanted]
    return list(dict.fromkeys(found))


def generate(snapshot: Json, texts: Texts) -> dict[str, str]:
    """The generated text of each block; paragraphs are lines."""
    return _Writer(snapshot, texts).blocks()


class _Writer:
    """Fills the sentences of one bulletin."""

    def __init__(self, snapshot: Json, texts: Texts) -> None:
        self.snapshot = snapshot
        self.texts = texts
        self.rows: dict[str, Json] = {row["code"]: row for row in snapshot["rows"]}
        year, month = snapshot["month"].split("-")
        self.month = {
            "plan": short_title(snapshot["plan"]["title"]),
            "year": year,
            "month": f"{year}年{int(month)}月",
            "month_end": f"{year}年{int(month)}月底",
        }
        overall = snapshot["overall"]
        self.overall = {
            **self.month,
            "targets": str(overall["targets"]),
            "share": overall["share"] or "0",
            "time": overall["time"],
            **{light: str(count) for light, count in overall["lights"].items()},
        }

    def blocks(self) -> dict[str, str]:
        makers = {
            "title": self._title(),
            "overall": self._overall(),
            "units": self._table("units"),
            "counties": self._table("counties"),
            "highlights": self._highlights(),
            "laggards": self._laggards(),
            "next": self._next(),
        }
        return {name: "\n".join(lines) for name, lines in makers.items()}

    def _say(self, key: str, values: Values) -> list[str]:
        return [fill(sentence, values) for sentence in self.texts[key] if sentence]

    def _name(self, unit: str) -> str:
        return str(self.snapshot["names"].get(unit, [unit])[0])

    def _names(self, units: Iterable[str]) -> str:
        return "、".join(self._name(unit) for unit in dict.fromkeys(units))

    def _title(self) -> list[str]:
        year, month = self.snapshot["month"].split("-")
        return self._say("title", {**self.month, "year": year, "month": str(int(month))})[:1]

    def _some(self, units: list[str]) -> str:
        """The first few units by name, and how many there are when there are more."""
        rest = f"等{len(units)}个单位" if len(units) > NAMED else ""
        return self._names(units[:NAMED]) + rest

    def _overall(self) -> list[str]:
        overall = self.snapshot["overall"]
        lines = ["".join(self._say("overall", self.overall) + self._against_last(overall))]
        if overall["missing"]:
            lines += self._say(
                "overall_missing", {**self.month, "missing": str(overall["missing"])}
            )
        return lines + self._settled()

    def _settled(self) -> list[str]:
        """What was granted case by case, not by a rule: how many, how much, to whom (masked), on what ground."""
        rows = self.snapshot.get("settled", [])
        if not rows:
            return []
        total = sum(row["fen"] or 0 for row in rows)
        lines = self._say("settled", {"settled": str(len(rows)), "yuan": _yuan(total)})
        for row in rows:
            values = {name: row[name] for name in ("title", "name", "basis")}
            given = _yuan(row["fen"]) if row["fen"] is not None else LEVEL
            lines += self._say("settled_item", {**values, "yuan": given})
        return lines

    def _against_last(self, overall: Json) -> list[str]:
        last = overall["last"]
        if last is None or overall["share_change"] is None:
            return self._say("overall_first", self.month)
        change = Decimal(overall["share_change"])
        key = "better" if change > 0 else "worse" if change < 0 else "same"
        return self._say(
            f"overall_{key}",
            {
                **self.month,
                "change": f"{abs(change):f}",
                "late": str(_late(overall)),
                "last_late": str(_late(last)),
                "last_share": last["share"],
                "share": overall["share"],
            },
        )

    def _table(self, key: str) -> list[str]:
        table = self.snapshot[key]
        if not table:
            return self._say(f"{key}_none", self.month)
        last_place = max(row["rank"] for row in table)
        best = [row for row in table if row["rank"] == 1]
        worst = [row for row in table if row["rank"] == last_place]
        values = {
            **self.month,
            "units": str(len(table)),
            "best": self._some([row["unit"] for row in best]),
            "best_share": best[0]["share"],
            "worst": self._some([row["unit"] for row in worst]),
            "worst_share": worst[0]["share"],
            "full": str(sum(row["on_time"] == row["targets"] for row in table)),
        }
        rule = self._say("rank_rule", {}) if key == "units" else []
        return self._say(key, values) + rule

    def _target(self, code: str) -> dict[str, str]:
        row = self.rows[code]
        return {
            "title": row["title"].translate(INNER_QUOTES),
            "code": code,
            "units": self._names(row["leads"]) or "—",
            "goal": amount(row["goal"], row["word"]),
            "value": amount(row["value"], row["word"]),
            "progress": row["progress"] or "—",
            "change": row["change"] or "—",
            "gap": row["gap"] or "—",
            "light": LIGHT_WORDS[row["light"]],
        }

    def _said(self, key: str, quotes: list[Json]) -> list[str]:
        return [
            closed(line)
            for quote in quotes
            for line in self._say(key, {"unit": self._name(quote["unit"]), "words": quote["text"]})
        ]

    def _highlights(self) -> list[str]:
        lines = [
            "".join(
                self._say(f"highlights_{item['kind']}", self._target(item["code"]))
                + self._said("highlights_words", item["words"])
            )
            for item in self.snapshot["highlights"]
        ]
        return lines or self._say("highlights_none", self.month)

    def _laggards(self) -> list[str]:
        items = self.snapshot["laggards"]
        if not items:
            return self._say("laggards_none", self.month)
        lines = self._say("laggards", self.overall)
        lines += ["".join(self._laggard(item)) for item in items[:LAGGARDS]]
        if len(items) > LAGGARDS:
            lines += self._say("laggards_more", {"more": str(len(items) - LAGGARDS)})
        return lines

    def _laggard(self, item: Json) -> list[str]:
        lines = self._say("laggards_item", self._target(item["code"]))
        if item["behind"]:
            lines += self._say("laggards_behind", {"behind": self._some(item["behind"])})
        reasons = self._said("laggards_reason", item["reasons"])
        return lines + (reasons or self._say("laggards_no_reason", {}))

    def _next(self) -> list[str]:
        lines = self._say("next", self.overall)
        red = [row for row in self.snapshot["rows"] if row["light"] == "red"]
        if red:
            units = self._names(unit for row in red for unit in row["leads"])
            lines += self._say("next_red", {"units": units or "—", "red": str(len(red))})
        orders = self.snapshot["orders"]
        if orders:
            lines += self._say("next_orders", {"orders": str(len(orders))})
        return lines + [line for order in orders for line in self._order(order)]

    def _order(self, order: Json) -> list[str]:
        year, month, day = order["due_on"].split("-")
        values = {
            "number": order["number"],
            "unit": self._name(order["unit"]),
            "title": order["title"],
            "due_on": f"{year}年{int(month)}月{int(day)}日",
        }
        return self._say("next_order", values)


def short_title(title: str) -> str:
    """The name of a plan as sentences quote it: what stands in 《》, in full-width brackets.

    >>> short_title("关于印发《人才计划 (2018-2020)》的通知")
    '人才计划（2018-2020）'
    """
    quoted = QUOTED.search(title)
    name = (quoted[1] if quoted else title).strip()
    return HALF_WIDTH.sub(lambda found: f"（{found[1]}）", name)


def closed(sentence: str) -> str:
    """A sentence with one full stop at its end, whatever a unit wrote."""
    return full_width(sentence).rstrip(" 。.；;，,") + "。"


def full_width(text: str) -> str:
    """Half-width marks beside Chinese characters made full-width, as official text asks.

    >>> full_width("征地滞后(二期),已报1,000名")
    '征地滞后（二期），已报1,000名'
    """
    return HALF_MARK.sub(lambda found: found[0].translate(FULL_WIDTH), text)


def _yuan(fen: int) -> str:
    """Fen as exact yuan.

    >>> _yuan(12000050), _yuan(80000)
    ('120,000.50元', '800元')
    """
    rest = f".{fen % 100:02d}" if fen % 100 else ""
    return f"{fen // 100:,}{rest}元"


def _late(counts: Json) -> int:
    return int(counts["lights"]["yellow"] + counts["lights"]["red"])
