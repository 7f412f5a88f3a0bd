"""Trees as Python text: what `source.py` puts into its functions.

Every local is assigned once in its scope, so equal text is an equal value and is computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.model import FactType
from yingcai.engine.rules.source_tables import CYCLE_DAYS, CYCLE_MONTHS, INLINE, Globals, finite
from yingcai.engine.rules.source_text import Text, choice, held, join, literal

_DEEPEST = 8  # Python nests only so many brackets, and parses deep ones slowly
_ARMS = 8  # of a CASE in one expression, for the same reason

_COMPARE = {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class Writer:
    """The lines of one function, and what its locals hold."""

    def __init__(self, facts: Mapping[str, FactType], shared: Globals) -> None:
        self.lines: list[str] = []
        self.facts: dict[str, str] = {}  # id to local
        self.shared = shared
        self._types = facts
        self._indent = "    "
        self._temporaries = 0
        self._locals: dict[str, str] = {}  # text to the local that holds it
        self._steps: Mapping[str, n.Node] = {}
        self._step_texts: dict[str, Text] = {}
        self._impossible: frozenset[str] = frozenset()  # tests for unknowns that are false here

    def line(self, text: str) -> None:
        self.lines.append(self._indent + text)

    @contextmanager
    def block(self, head: str, impossible: Iterable[str] = ()) -> Iterator[None]:
        """Lines under ``head``, reached only where the tests in ``impossible`` are false."""
        self.line(head)
        before = self._indent
        self._indent += "    "
        with self.scope(impossible):
            yield
        self._indent = before

    @contextmanager
    def scope(self, impossible: Iterable[str] = ()) -> Iterator[None]:
        """Lines that may not be reached: what they assign is forgotten after them."""
        before = self._locals, self._step_texts, self._impossible, self._temporaries
        self._locals, self._step_texts = dict(self._locals), dict(self._step_texts)
        self._impossible |= frozenset(impossible)
        yield
        self._locals, self._step_texts, self._impossible, self._temporaries = before

    def begin(self, steps: Mapping[str, n.Node]) -> None:
        """The next rule, whose steps these are."""
        self._steps, self._step_texts = steps, {}

    def fact(self, name: str) -> Text:
        local = self.facts.setdefault(name, f"v{len(self.facts) + 1}")
        return Text(local) if self._types[name].always else Text(local, (f"{local} is None",))

    def text(self, node: n.Node) -> Text:
        """The value of a tree; writes the lines it needs first."""
        write = cast("Callable[[Writer, n.Node], Text]", _WRITERS[type(node)])
        text = self._possible(write(self, node))
        return self.local(text) if text.depth > _DEEPEST else text

    def local(self, text: Text) -> Text:
        """The same value as a name or a number."""
        text = self._possible(text)
        if text.plain:
            return text
        return self.assign(text.full(), nullable=bool(text.unknown))

    def assign(self, code: str, *, nullable: bool) -> Text:
        if code not in self._locals:
            self._temporaries += 1
            self._locals[code] = f"t{self._temporaries}"
            self.line(f"t{self._temporaries} = {code}")
        name = self._locals[code]
        return self._possible(Text(name, (f"{name} is None",) if nullable else ()))

    def step(self, name: str) -> Text:
        if name not in self._step_texts:
            self._step_texts[name] = self.local(self.text(self._steps[name]))
        return self._possible(self._step_texts[name])

    def _possible(self, text: Text) -> Text:
        """Without the tests that are known to be false here."""
        return text._replace(unknown=tuple(t for t in text.unknown if t not in self._impossible))


def _const(writer: Writer, node: n.Const) -> Text:
    return Text(literal(node.value))


def _fact(writer: Writer, node: n.Fact) -> Text:
    return writer.fact(node.name)


def _step(writer: Writer, node: n.Step) -> Text:
    return writer.step(node.name)


def _param(writer: Writer, node: n.Param) -> Text:
    days = [day for day, _ in node.values]
    values = [value for _, value in node.values]
    if node.by is None:
        return Text(literal(values[0]))
    by = writer.local(writer.text(node.by))
    code = choice(by.code, days[1:], [literal(value) for value in values])
    return Text(
        code, (*by.unknown, f"{by.code} < {literal(days[0])}"), (len(days) - 1).bit_length()
    )


def _lookup(writer: Writer, node: n.Lookup) -> Text:
    return _picked(writer, node, node.output)


def _covered(writer: Writer, node: n.Covered) -> Text:
    return _picked(writer, node, "")


def _picked(writer: Writer, node: n.Lookup | n.Covered, output: str) -> Text:
    keys = [writer.local(writer.text(key)) for key in node.keys]
    code, tree = writer.shared.tree(node.table, output)
    for place, (kind, key) in enumerate(zip(node.table.keys, keys, strict=True)):
        if finite(kind) is not None:
            code = f"{code}[{key.code}]"
        elif place == 0 and len(tree.starts) < INLINE:
            segments = [str(segment) for segment in range(len(tree.starts) + 1)]
            code = f"{code}[1][{choice(key.code, tree.starts, segments)}]"
        else:
            code = f"(k{place} := {code})[1][bisect(k{place}[0], {key.code})]"
    text = join(code, *keys)
    return writer.assign(text.full(), nullable=True) if tree.partial else text


def _and(writer: Writer, node: n.And) -> Text:
    return _kleene(writer, node.items, stop=False)


def _or(writer: Writer, node: n.Or) -> Text:
    return _kleene(writer, node.items, stop=True)


def _kleene(writer: Writer, items: tuple[n.Node, ...], *, stop: bool) -> Text:
    """Python's ``and`` stops at None, so only one item that can be unknown may come, and last."""
    texts = [writer.text(item) for item in items]
    certain = [text for text in texts if not text.unknown]
    doubtful = [writer.local(text) for text in texts if text.unknown]
    word = " or " if stop else " and "
    codes = [text.code for text in certain]
    if not doubtful:
        return join(f"({word.join(codes)})", *certain)
    names = list(dict.fromkeys(text.code for text in doubtful))
    if len(names) == 1:
        return writer.assign(word.join([*codes, names[0]]), nullable=True)
    if stop:
        unknown = " or ".join(f"{name} is None" for name in names)
        code = f"{word.join([*codes, *names])} or (None if {unknown} else False)"
    else:
        false = " or ".join(f"{name} is False" for name in names)
        code = word.join([*codes, f"(False if {false} else {' and '.join(names)})"])
    return writer.assign(code, nullable=True)


def _not(writer: Writer, node: n.Not) -> Text:
    item = writer.text(node.item)
    return join(f"(not {item.code})", item)


def _compare(writer: Writer, node: n.Compare) -> Text:
    left, right = writer.text(node.left), writer.text(node.right)
    return join(f"({left.code} {_COMPARE[node.op]} {right.code})", left, right)


def _member(writer: Writer, node: n.Member) -> Text:
    item = writer.text(node.item)
    codes = [literal(code) for code in node.codes]
    if node.codes[-1] - node.codes[0] == len(codes) - 1:
        return join(f"({codes[0]} <= {item.code} <= {codes[-1]})", item)
    return join(f"({item.code} in {{{', '.join(codes)}}})", item)


def _arithmetic(writer: Writer, node: n.Arithmetic) -> Text:
    left, right = writer.text(node.left), writer.text(node.right)
    return join(f"({left.code} {node.op} {right.code})", left, right)


def _negative(writer: Writer, node: n.Negative) -> Text:
    item = writer.text(node.item)
    return join(f"(-{item.code})", item)


def _extreme(writer: Writer, node: n.Extreme) -> Text:
    sign = "<=" if node.kind == "least" else ">="
    result, *others = [writer.text(item) for item in node.items]
    for other in others:
        deep = max(result.depth, other.depth)
        first, again = held(result, f"a{deep}")
        second, last = held(other, f"b{deep}")
        result = join(f"({again} if {first} {sign} {second} else {last})", result, other)
        if result.depth > _DEEPEST:
            result = writer.local(result)
    return result


def _portion(writer: Writer, node: n.Portion) -> Text:
    money, share = writer.text(node.money), writer.text(node.share)
    product = join(f"({money.code} * {share.code})", money, share)
    return join(_divided(product, node.scale, node.rounding), product)


def _round_to(writer: Writer, node: n.RoundTo) -> Text:
    money = writer.text(node.money)
    return join(
        f"({_divided(money, node.unit_fen, node.rounding)} * {literal(node.unit_fen)})", money
    )


def _divided(number: Text, by: int, rounding: n.Rounding) -> str:
    """Rounds both sides of zero alike, while Python's ``//`` always rounds down."""
    test, name = held(number, f"a{number.depth}")
    whole, double = literal(by), literal(2 * by)
    if rounding == "down":
        above, below = f"{name} // {whole}", f"-(-{name} // {whole})"
    elif rounding == "up":
        above, below = f"-(-{name} // {whole})", f"{name} // {whole}"
    else:
        above = f"(2 * {name} + {whole}) // {double}"
        below = f"-(({whole} - 2 * {name}) // {double})"
    return f"({above} if {test} >= 0 else {below})"


def _case(writer: Writer, node: n.Case) -> Text:
    """Arms are values without effect, so what they need is computed before the choice."""
    arms = [(writer.text(test), writer.text(value)) for test, value in node.arms]
    result = writer.text(node.otherwise)
    nullable = bool(result.unknown)
    for place, (test, value) in enumerate(reversed(arms)):
        nullable = nullable or bool(test.unknown or value.unknown)
        code = f"({value.full()} if {test.code} else {result.full()})"
        if test.unknown:
            code = f"(None if {' or '.join(test.unknown)} else {code[1:]}"
        result = Text(code, (), 1 + max(test.depth, value.depth, result.depth))
        if place % _ARMS == _ARMS - 1:
            result = writer.assign(code, nullable=False)
    return writer.assign(result.code, nullable=True) if nullable else result


def _months(writer: Writer, node: n.Months) -> Text:
    """In a civil code days take five bits, so the shift also takes off the month not completed."""
    start, end = writer.text(node.start), writer.text(node.end)
    deep = max(start.depth, end.depth)
    code = end.code
    if node.month_end:
        # The last day of a month counts as its 31st: it completes a month from any day.
        first, name = held(end, f"b{deep}")
        last = f"month_days[({name} >> 5) % {CYCLE_MONTHS}]"
        code = f"({name} | 31 if {first} & 31 == {last} else {name})"
    months = f"(({code} - {start.code}) >> 5)"
    count = f"(a{deep} if (a{deep} := {months}) > 0 else 0)"
    return join(f"({count} // 12)" if node.years else count, start, end)


def _days(writer: Writer, node: n.Days) -> Text:
    start, end = writer.local(writer.text(node.start)), writer.local(writer.text(node.end))
    return join(f"({_ordinal(end.code)} - {_ordinal(start.code)})", start, end)


def _ordinal(code: str) -> str:
    month = f"({code} >> 5)"
    cycles = f"{month} // {CYCLE_MONTHS} * {CYCLE_DAYS}"
    return f"({cycles} + days_before[{month} % {CYCLE_MONTHS}] + ({code} & 31))"


def _year_of(writer: Writer, node: n.YearOf) -> Text:
    item = writer.text(node.item)
    return join(f"(({item.code} >> 5) // 12)", item)


_WRITERS = {
    n.Const: _const,
    n.Fact: _fact,
    n.Step: _step,
    n.Param: _param,
    n.Lookup: _lookup,
    n.Covered: _covered,
    n.And: _and,
    n.Or: _or,
    n.Not: _not,
    n.Compare: _compare,
    n.Member: _member,
    n.Arithmetic: _arithmetic,
    n.Negative: _negative,
    n.Extreme: _extreme,
    n.Portion: _portion,
    n.RoundTo: _round_to,
    n.Case: _case,
    n.Months: _months,
    n.Days: _days,
    n.YearOf: _year_of,
}
