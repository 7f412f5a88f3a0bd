"""Text of the rule language into plain tuples, by recursive descent: the slow model's own parser.

A node is a tuple whose first item says what it is::

    ("integer", 3) ("money", Fraction) ("ratio", Fraction) ("date", day) ("boolean", True) ("word", "top")
    ("name", "person.degree") ("and", a, b) ("or", a, b) ("not", a) ("negate", a)
    ("compare", "<=", a, b) ("in", a, ("x", "y")) ("between", a, low, high) ("+", a, b) ("-", a, b) ("*", a, b)
    ("case", ((condition, value), ...), otherwise) ("LEAST", a, b, ...) and so for the other functions

Money is in yuan, a ratio of one is ``Fraction(1)``.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

Node = tuple[Any, ...]

TOKEN = re.compile(
    r"(?P<name>[a-z][a-z0-9_]*\.[a-z0-9_]+)"
    r"|(?P<word>[A-Za-z_]+)"
    r"|(?P<number>[0-9]+(\.[0-9]+)?)"
    r"|(?P<quoted>'[^']*')"
    r"|(?P<sign><=|>=|<>|[-+*=<>(),])"
    r"|(?P<space>\s+)"
)
MODES = ("down", "half_up", "up")
COUNTING = ("strict", "month_end")
# The arguments of each function: e an expression, r a rounding, m a way to count months, t a table.
FUNCTIONS = {
    "LEAST": "ee+",
    "GREATEST": "ee+",
    "PORTION": "eer",
    "ROUND_TO": "eer",
    "FULL_MONTHS": "eem",
    "FULL_YEARS": "eem",
    "DAYS_BETWEEN": "ee",
    "YEAR_OF": "e",
    "LOOKUP": "t",
    "COVERED": "t",
}
KEYWORDS = {"AND", "OR", "NOT", "IN", "BETWEEN", "CASE", "WHEN", "THEN", "ELSE", "END"}


class NotTheLanguage(ValueError):
    """The text does not belong to the language."""


def parse(text: str) -> Node:
    """The tree of one expression. Raises: NotTheLanguage."""
    reader = _Reader(tokens_of(text))
    node = reader.either()
    if reader.here() != END:
        raise NotTheLanguage(f"{reader.here()[1]!r} is left over in {text!r}")
    return node


END = ("end", "")


def tokens_of(text: str) -> list[tuple[str, str]]:
    """(kind, text) of each token; keywords and names of functions in capitals."""
    if "--" in text:
        raise NotTheLanguage("'--' opens a comment in SQL; write '- -'")
    found: list[tuple[str, str]] = []
    place = 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise NotTheLanguage(f"{text[place:]!r} starts with no token")
        kind = next(name for name, part in match.groupdict().items() if part is not None)
        place = match.end()
        if kind != "space":
            found.append((kind, match[0].upper() if kind == "word" else match[0]))
    return found


class _Reader:
    """One method for each level, loosest first: OR, AND, NOT, comparison, sum, product, minus, atom."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.place = 0

    def here(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else END

    def next(self) -> tuple[str, str]:
        token = self.here()
        self.place += 1
        return token

    def take(self, *texts: str) -> str | None:
        """The next keyword or sign when it is one of ``texts``; then it is consumed."""
        kind, text = self.here()
        if kind in ("word", "sign") and text in texts:
            self.place += 1
            return text
        return None

    def need(self, text: str) -> None:
        if self.take(text) is None:
            raise NotTheLanguage(f"{text} is expected, {self.here()[1]!r} found")

    def kind(self, kind: str) -> str:
        found, text = self.next()
        if found != kind:
            raise NotTheLanguage(f"a {kind} is expected, {text!r} found")
        return text

    def either(self) -> Node:
        node = self.both()
        while self.take("OR"):
            node = ("or", node, self.both())
        return node

    def both(self) -> Node:
        node = self.negation()
        while self.take("AND"):
            node = ("and", node, self.negation())
        return node

    def negation(self) -> Node:
        if self.take("NOT"):
            return ("not", self.negation())
        return self.comparison()

    def comparison(self) -> Node:
        left = self.sum()
        if sign := self.take("=", "<>", "<", "<=", ">", ">="):
            return ("compare", sign, left, self.sum())
        if self.take("NOT"):
            return ("not", self.membership(left))
        if self.here() in (("word", "IN"), ("word", "BETWEEN")):
            return self.membership(left)
        return left

    def membership(self, left: Node) -> Node:
        if self.take("IN"):
            return ("in", left, self.words())
        self.need("BETWEEN")
        low = self.sum()
        self.need("AND")
        return ("between", left, low, self.sum())

    def words(self) -> tuple[str, ...]:
        self.need("(")
        found = [self.quoted()]
        while self.take(","):
            found.append(self.quoted())
        self.need(")")
        return tuple(found)

    def quoted(self) -> str:
        return self.kind("quoted")[1:-1]

    def sum(self) -> Node:
        node = self.product()
        while sign := self.take("+", "-"):
            node = (sign, node, self.product())
        return node

    def product(self) -> Node:
        node = self.minus()
        while self.take("*"):
            node = ("*", node, self.minus())
        return node

    def minus(self) -> Node:
        if self.take("-"):
            return ("negate", self.minus())
        return self.atom()

    def atom(self) -> Node:
        kind, text = self.next()
        if kind == "number":
            return ("integer", _whole(text))
        if kind == "quoted":
            return ("word", text[1:-1])
        if kind == "name":
            return ("name", text)
        if (kind, text) == ("sign", "("):
            node = self.either()
            self.need(")")
            return node
        if kind == "word":
            return self.named(text)
        raise NotTheLanguage(f"{text!r} stands where a value is expected")

    def named(self, word: str) -> Node:
        if word in ("TRUE", "FALSE"):
            return ("boolean", word == "TRUE")
        if word == "DATE":
            return ("date", date.fromisoformat(self.quoted()))
        if word == "CASE":
            return self.case()
        if word in KEYWORDS:
            raise NotTheLanguage(f"{word} stands where a value is expected")
        self.need("(")
        node = self.literal(word) if word in ("YUAN", "PERCENT") else self.call(word)
        self.need(")")
        return node

    def literal(self, word: str) -> Node:
        number = Fraction(self.kind("number"))
        if word == "PERCENT":
            return ("ratio", number / 100)
        if (number * 100).denominator != 1:
            raise NotTheLanguage("an amount has at most two decimals")
        return ("money", number)

    def call(self, word: str) -> Node:
        if word not in FUNCTIONS:
            raise NotTheLanguage(f"there is no function {word}")
        shape = FUNCTIONS[word]
        found = [self.argument(shape[0])]
        for letter in shape[1:].rstrip("+"):
            self.need(",")
            found.append(self.argument(letter))
        while shape.endswith("+") and self.take(","):
            found.append(self.argument("e"))
        return (word, *found)

    def argument(self, letter: str) -> Any:
        """A node for ``e``, a word as it stands for the others."""
        if letter == "e":
            return self.either()
        word = self.quoted()
        allowed = {"r": MODES, "m": COUNTING}.get(letter, (word,))
        if word not in allowed:
            raise NotTheLanguage(f"{word!r} is none of {', '.join(allowed)}")
        return word

    def case(self) -> Node:
        branches = []
        self.need("WHEN")
        while True:
            condition = self.either()
            self.need("THEN")
            branches.append((condition, self.either()))
            if not self.take("WHEN"):
                break
        self.need("ELSE")
        otherwise = self.either()
        self.need("END")
        return ("case", tuple(branches), otherwise)


def _whole(text: str) -> int:
    if "." in text:
        raise NotTheLanguage(f"{text} is no whole number; write YUAN({text}) or PERCENT({text})")
    return int(text)
