"""From nodes to straight lines of code for one row: a value, and whether it is known.

A strict value is known where its facts are, so what is known is kept as a set of facts for as long
as possible: one test of a word then serves a whole subtree. Code has no branches, for an arm costs
less than a wrong guess of the processor. Names are numbers of places; none comes from a pack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.kernel_layout import WORD_BITS, Place
from yingcai.engine.rules.kernel_numbers import DOWN, HALF_UP, UP
from yingcai.engine.rules.kernel_tables import outputs, stages
from yingcai.engine.rules.tables import Table
from yingcai.engine.rules.types import Boolean, Enum, Type

WAYS = {"down": DOWN, "half_up": HALF_UP, "up": UP}
_MASK_BITS = 62


@dataclass(frozen=True, slots=True)
class Known:
    """Known where the facts of all ``bits`` are and all of the truths ``names`` hold."""

    bits: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()


ALWAYS = Known()


@dataclass(frozen=True, slots=True)
class Operand:
    """Code of a value that means something only where it is known."""

    text: str
    known: Known


@dataclass(frozen=True, slots=True)
class Test:
    """A condition: whether it is false, and where it is known."""

    false: str
    known: Known


@dataclass(frozen=True, slots=True)
class Truth:
    """Two truths of a condition; it is unknown where neither holds."""

    true: str
    false: str


class Writer:
    """The code of one rule. ``lines`` compute a row and start anew with each ``section``."""

    def __init__(self, places: Mapping[str, Place], steps: Mapping[str, n.Node]) -> None:
        self.places = places
        self.steps = steps
        self.constants: dict[tuple[int, ...], str] = {}
        self.lines: list[str] = []
        self._made: dict[object, Operand] = {}
        self._rows: dict[tuple[int, tuple[str, ...]], str] = {}
        self._known: dict[Known, str] = {}
        self._words: dict[int, str] = {}
        self._count = 0

    def section(self) -> list[str]:
        """Give up the lines so far; what they computed is forgotten."""
        lines, self.lines = self.lines, []
        for memory in (self._made, self._rows, self._known, self._words):
            memory.clear()
        return lines

    def let(self, text: str) -> str:
        name = f"v{self._count}"
        self._count += 1
        self.lines.append(f"{name} = {text}")
        return name

    def held(self, text: str) -> Known:
        """Known where a truth holds."""
        return Known(names=frozenset((self.let(text),)))

    def value(self, node: n.Node) -> Operand:
        make = cast("Callable[[Writer, n.Node], Operand]", _MAKERS[type(node)])
        if not isinstance(node, n.Fact | n.Step):
            return make(self, node)
        if node not in self._made:
            self._made[node] = make(self, node)
        return self._made[node]

    def test(self, node: n.Node) -> Test:
        """A node as a condition."""
        if _is_strict(node):
            operand = self.value(node)
            return Test(self._false(operand), operand.known)
        truth = self.truth(node)
        return Test(truth.false, self.held(f"{truth.true} | {truth.false}"))

    def truth(self, node: n.Node) -> Truth:
        if isinstance(node, n.And | n.Or):
            return self._kleene(node)
        if isinstance(node, n.Not):
            inner = self.truth(node.item)
            return Truth(inner.false, inner.true)
        operand = self.value(node)
        false = self._false(operand)
        if operand.known == ALWAYS:
            return Truth(operand.text, false)
        return Truth(self.let(f"{self.known(operand.known)} & {operand.text}"), false)

    def _false(self, operand: Operand) -> str:
        if operand.known == ALWAYS:
            return self.let(f"not {operand.text}")
        return self.let(f"{self.known(operand.known)} & (not {operand.text})")

    def _kleene(self, node: n.And | n.Or) -> Truth:
        parts = [self.truth(item) for item in node.items]
        true, false = (" & ", " | ") if isinstance(node, n.And) else (" | ", " & ")
        return Truth(
            self.let(true.join(part.true for part in parts)),
            self.let(false.join(part.false for part in parts)),
        )

    def known(self, known: Known) -> str:
        """A name for "all of this is known"."""
        if known not in self._known:
            tests = [f"(({word} & {mask}) == {mask})" for word, mask in self._masks(known.bits)]
            self._known[known] = self.let(" & ".join([*tests, *sorted(known.names)]) or "True")
        return self._known[known]

    def missing(self, bits: Iterable[int]) -> list[str]:
        """Tests that say, together, that the fact of one of these bits is unknown."""
        return [f"(({word} & {mask}) != {mask})" for word, mask in self._masks(bits)]

    def _masks(self, bits: Iterable[int]) -> list[tuple[str, int]]:
        masks: dict[int, int] = {}
        for bit in bits:
            word = bit // WORD_BITS
            masks[word] = masks.get(word, 0) | 1 << bit % WORD_BITS
        return [(self._word(word), mask) for word, mask in sorted(masks.items())]

    def _word(self, word: int) -> str:
        if word not in self._words:
            self._words[word] = self.let(f"i64(words[{word}, i])")
        return self._words[word]

    def constant(self, values: tuple[int, ...]) -> str:
        """The name of an array of the module that holds ``values``."""
        return self.constants.setdefault(values, f"t{len(self.constants)}")

    def matching_row(self, table: Table, keys: list[Operand]) -> str:
        """The row of a table that matches, from 1; 0 where none does."""
        memory = (id(table), tuple(key.text for key in keys))
        if memory not in self._rows:
            state = "0"
            for stage, key, type_ in zip(stages(table), keys, table.keys, strict=True):
                place = f"i64({key.text})" if isinstance(type_, Boolean) else key.text
                if stage.bounds is not None:
                    place = self._place(stage.bounds, key.text)
                index = place if state == "0" else f"{state} * {stage.size} + {place}"
                state = self.let(f"i64({self.constant(stage.move)}[{index}])")
            self._rows[memory] = state
        return self._rows[memory]

    def _place(self, bounds: tuple[int, ...], text: str) -> str:
        if len(bounds) > 8:
            return self.let(f"segment({self.constant(bounds)}, {text})")
        return self.let(" + ".join(f"i64({text} >= {bound})" for bound in bounds) or "0")


def _is_strict(node: n.Node) -> bool:
    """Whether a condition is unknown as soon as one of its facts is."""
    while isinstance(node, n.Not):
        node = node.item
    return not isinstance(node, n.And | n.Or)


def _typed(text: str, type_: Type) -> str:
    return f"{text} != 0" if isinstance(type_, Boolean) else f"i64({text})"


def _literal(value: int) -> str:
    return f"({value})" if value < 0 else str(value)


def _const(w: Writer, node: n.Const) -> Operand:
    return Operand(_literal(node.value), ALWAYS)


def _fact(w: Writer, node: n.Fact) -> Operand:
    place = w.places[node.name]
    known = ALWAYS if place.bit is None else Known(frozenset((place.bit,)))
    return Operand(w.let(_typed(f"b{place.width}[{place.row}, i]", node.type)), known)


def _step(w: Writer, node: n.Step) -> Operand:
    return w.value(w.steps[node.name])


def _param(w: Writer, node: n.Param) -> Operand:
    first, value = node.values[0]
    if node.by is None:
        return Operand(_literal(value), ALWAYS)
    by = w.value(node.by)
    text = _literal(value)
    for day, value in node.values[1:]:
        text = w.let(f"chosen({by.text} >= {day}, {_literal(value)}, {text})")
    return Operand(text, all_known([by.known, w.held(f"{by.text} >= {first}")]))


def _lookup(w: Writer, node: n.Lookup) -> Operand:
    keys = [w.value(key) for key in node.keys]
    row = w.matching_row(node.table, keys)
    values = w.constant(outputs(node.table, node.output))
    known = [key.known for key in keys]
    if node.table.otherwise is None:
        known.append(w.held(f"{row} != 0"))
    return Operand(w.let(_typed(f"{values}[{row}]", node.type)), all_known(known))


def _covered(w: Writer, node: n.Covered) -> Operand:
    keys = [w.value(key) for key in node.keys]
    return Operand(w.let(f"{w.matching_row(node.table, keys)} != 0"), _all(keys))


def _kleene(w: Writer, node: n.And | n.Or) -> Operand:
    truth = w.truth(node)
    return Operand(truth.true, w.held(f"{truth.true} | {truth.false}"))


def _not(w: Writer, node: n.Not) -> Operand:
    return _strict(w, (node.item,), "(not {})")


def _compare(w: Writer, node: n.Compare) -> Operand:
    op = {"=": "==", "<>": "!="}.get(node.op, node.op)
    return _strict(w, (node.left, node.right), f"{{}} {op} {{}}")


def _member(w: Writer, node: n.Member) -> Operand:
    first, last = node.codes[0], node.codes[-1]
    if last - first == len(node.codes) - 1:
        form = f"{{0}} == {first}" if first == last else f"({{0}} >= {first}) & ({{0}} <= {last})"
        return _strict(w, (node.item,), form)
    size = len(cast("Enum", node.item.type).values)
    if size <= _MASK_BITS:
        mask = sum(1 << code for code in node.codes)
        return _strict(w, (node.item,), f"(({mask} >> {{}}) & 1) != 0")
    flags = w.constant(tuple(int(code in node.codes) for code in range(size)))
    return _strict(w, (node.item,), f"{flags}[{{}}] != 0")


def _arithmetic(w: Writer, node: n.Arithmetic) -> Operand:
    return _strict(w, (node.left, node.right), f"{{}} {node.op} {{}}")


def _negative(w: Writer, node: n.Negative) -> Operand:
    return _strict(w, (node.item,), "-{}")


def _extreme(w: Writer, node: n.Extreme) -> Operand:
    function = "min" if node.kind == "least" else "max"
    return _strict(w, node.items, f"{function}({', '.join(['{}'] * len(node.items))})")


def _portion(w: Writer, node: n.Portion) -> Operand:
    """The whole multiples of the scale apart: money times share may need more than 64 bits."""
    money, share = w.value(node.money), w.value(node.share)
    scale = node.scale
    whole = w.let(f"divided({money.text}, {scale}, {DOWN})")
    rest = w.let(f"({money.text} - {whole} * {scale}) * {share.text}")
    part = w.let(f"divided({rest}, {scale}, {WAYS[node.rounding]})")
    return Operand(w.let(f"{whole} * {share.text} + {part}"), _all([money, share]))


def _round_to(w: Writer, node: n.RoundTo) -> Operand:
    unit = node.unit_fen
    return _strict(w, (node.money,), f"divided({{}}, {unit}, {WAYS[node.rounding]}) * {unit}")


def _case(w: Writer, node: n.Case) -> Operand:
    """From the last arm to the first, since each decides before those after it."""
    otherwise = w.value(node.otherwise)
    text, known = otherwise.text, otherwise.known
    for test, arm in reversed(node.arms):
        holds, value = w.truth(test), w.value(arm)
        text = w.let(f"chosen({holds.true}, {value.text}, {text})")
        reached = f"({holds.true} & {w.known(value.known)}) | ({holds.false} & {w.known(known)})"
        known = w.held(reached)
    return Operand(text, known)


def _months(w: Writer, node: n.Months) -> Operand:
    years = " // 12" if node.years else ""
    form = f"whole_months({{}}, {{}}, {node.month_end}){years}"
    return _strict(w, (node.start, node.end), form)


def _days(w: Writer, node: n.Days) -> Operand:
    return _strict(w, (node.end, node.start), "day_number({}) - day_number({})")


def _year_of(w: Writer, node: n.YearOf) -> Operand:
    return _strict(w, (node.item,), "({} >> 5) // 12")


def _strict(w: Writer, items: tuple[n.Node, ...], form: str) -> Operand:
    """``form`` filled with values, known where all of them are."""
    operands = [w.value(item) for item in items]
    return Operand(w.let(form.format(*(one.text for one in operands))), _all(operands))


def _all(operands: list[Operand]) -> Known:
    return all_known([one.known for one in operands])


def all_known(parts: list[Known]) -> Known:
    """Known where every part is."""
    return Known(
        frozenset().union(*(part.bits for part in parts)),
        frozenset().union(*(part.names for part in parts)),
    )


_MAKERS = {
    n.Const: _const,
    n.Fact: _fact,
    n.Step: _step,
    n.Param: _param,
    n.Lookup: _lookup,
    n.Covered: _covered,
    n.And: _kleene,
    n.Or: _kleene,
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
