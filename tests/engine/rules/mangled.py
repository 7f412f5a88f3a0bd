"""Expressions and packs that slips, ignorance or malice made, and a guard around whoever reads them.

The same seed makes the same input.
"""

from __future__ import annotations

import codecs
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from tests.engine.rules.back_ends import PLAIN, TRACE, compared, oracle
from tests.engine.rules.equality import source_of
from tests.engine.rules.random_nodes import seeded, subjects
from tests.engine.rules.random_rules import World, random_world
from yingcai.engine.packs.load import load_pack
from yingcai.engine.packs.rule_source import compile_pack
from yingcai.engine.rules.compile import compile_rules
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.sql import select_decisions
from yingcai.engine.rules.sql_print import DIALECTS, print_sql

BUDGET = 2.0  # seconds of the processor for one input
FORBIDDEN = (
    "open",
    "socket.",
    "subprocess.",
    "os.",
    "shutil.",
    "exec",
    "import",
    "ctypes.",
    "urllib.",
)
WORDS = (
    "AND", "OR", "NOT", "IN", "BETWEEN", "CASE", "WHEN", "THEN", "ELSE", "END", "TRUE", "NULL", "IS", "LIKE",
    "LEAST(", "GREATEST(", "PORTION(", "ROUND_TO(", "FULL_MONTHS(", "LOOKUP('t0')", "COVERED(", "YUAN(", "PERCENT(",
    "READ_CSV('/etc/passwd')", "COPY", "ATTACH 'x' AS y", "SELECT * FROM people", "UNION", "EXEC", "GLOB('*')",
    "PG_SLEEP(9)", "GETENV('HOME')", "{{ x }}", "@x", "$1", ":x", "?", "::DATE", "CAST(1 AS INT)", "DATE '2020-02-30'",
    "DATE '0000-00-00'", "INTERVAL '1' DAY", "EXTRACT(YEAR FROM person.born_on)", "case.applied_on", "step.x", "param.p",
    "person.", ".", "..", ",", "(", ")", "((((((((", "))))", "[", "]", "{", "}", "'", '"', "`", "''", "\\", ";", "--", "/*",
    "*/", "#", "=", "<>", "!=", "<=", "=>", "||", "//", "%", "^", "~", "+", "-", "*", "/", "0", "-1", "1.5", "1e999",
    "9" * 40, "0x1F", "1_000", "\x00", "\u2028", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "\u202e", "全职", "\t", "\n", "NOT " * 60, "(" * 90, "-" * 50, "1 + " * 300, "CASE WHEN TRUE THEN " * 45,
)  # fmt: skip
VALUES = (
    "", "~", "5", "-1", "1.5", ".inf", ".nan", "1e400", "true", "no", "[]", "{}", "[[]]", "{a: 1}", "2026-02-30", "'", "*a",
    "&a [*a]", "!!python/object/apply:os.system [ls]", "!!binary aGk=", "<<: *x", "2026-01-01", "0001-01-01", "9999-12-31",
    "{", "|", ">", "é\u2028", '"\\0"', "window", "x" * 3000, "9" * 50, "- a", "YUAN(5)", "person.level", "'*'", "1..2", ">=3",
)  # fmt: skip

NUMBERS = (
    "0",
    "1",
    "2",
    "12",
    "100",
    "2099",
    "999999999",
    "4000000000000000000",
    "9223372036854775808",
)
KIN = (
    ("=", "<>", "<", "<=", ">", ">="), ("AND", "OR"), ("LEAST", "GREATEST"), ("+", "-", "*"),
    ("FULL_MONTHS", "FULL_YEARS"), ("'strict'", "'month_end'"), ("'down'", "'half_up'", "'up'"), ("TRUE", "FALSE"),
)  # fmt: skip
_OF_KIN = re.compile(
    r"<>|[<>]=?|=|[-+*]|\b(?:AND|OR|LEAST|GREATEST|FULL_\w+|TRUE|FALSE|[0-9]+)\b|'(?:strict|month_end|down|half_up|up)'"
)


class Spent(Exception):
    """An input took longer than its budget."""


class Forbidden(Exception):
    """An input made the engine touch the world outside."""


class _Watch:
    """What an audit hook, which stays for ever, is to do at the moment."""

    installed = False
    on = False
    folder = ""

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on or not event.startswith(FORBIDDEN):
            return
        reads = event in ("open", "os.listdir", "os.scandir") and bool(self.folder)
        if not (reads and str(arguments[0]).startswith(self.folder)):
            raise Forbidden(f"{event} {arguments}")


_WATCH = _Watch()


@contextmanager
def guarded(folder: str = "") -> Iterator[None]:
    """No files but those of ``folder``, no sockets, no processes, no code, and no more time than `BUDGET`."""
    if not _WATCH.installed:
        sys.addaudithook(_WATCH.hear)
        _WATCH.installed = True
    with within_budget():
        _WATCH.on, _WATCH.folder = True, folder
        try:
            yield
        finally:
            _WATCH.on = False


@contextmanager
def within_budget(seconds: float = BUDGET) -> Iterator[None]:
    """Raises: Spent."""

    def stop(number: int, frame: object) -> None:
        raise Spent(f"more than {seconds} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@dataclass
class Count:
    """``slowest``: seconds of the processor that one input took."""

    inputs: int = 0
    accepted: int = 0
    slowest: float = 0.0

    @contextmanager
    def one(self) -> Iterator[None]:
        begun = time.process_time()
        yield
        self.inputs += 1
        self.slowest = max(self.slowest, time.process_time() - begun)


# -- expressions ---------------------------------------------------------------------------------


@cache
def _warm(folder: Path | None) -> None:
    """What Python imports at the first use is imported, before a guard forbids it."""
    codecs.lookup("gb18030")
    compile_rules(source_of(_world(0)))
    if folder is not None:
        load_pack(folder)


@cache
def _world(seed: int) -> World:
    return random_world(seed, programmes=3)


def try_expression(seed: int, count: Count) -> None:
    """One expression of a random world, changed: refused in words, or decided alike by all.

    Raises: Spent, Forbidden, AssertionError, or whatever the engine does by mistake.
    """
    random = seeded(seed)
    source = source_of(_changed(_world(seed % 40), random))
    _warm(None)
    with count.one(), guarded():
        rules, problems = compile_rules(source)
        assert (rules is None) == bool(problems)
        assert all(one.text and len(one.text) < 5_000 for one in problems)
    if rules is not None:
        count.accepted += 1
        with within_budget():
            _use(rules, random)


def _use(rules: RuleSet, random: Random) -> None:
    """What was accepted can be decided by every back end."""
    people = subjects(random, rules, 5)
    wanted = oracle(rules, people)
    assert [*compared(TRACE, rules, people, wanted), *compared(PLAIN, rules, people, wanted)] == []
    query, _ = select_decisions(rules, reasons=True)
    assert all(print_sql(query, dialect) for dialect in DIALECTS)


def _changed(world: World, random: Random) -> World:
    """The world with one of its programmes, in which one text is changed."""
    programme = dict(random.choice(world.programmes))
    place = random.randrange(len(programme["versions"])) if "versions" in programme else None
    form = dict(programme if place is None else programme["versions"][place])
    key = random.choice(
        [key for key in ("conditions", "steps", "amount", "result") if form.get(key)]
    )
    if key in ("conditions", "steps"):
        field = "when" if key == "conditions" else "value"
        some = [dict(one) for one in form[key]]
        one = random.choice(some)
        one[field] = mangled(random, one[field])
        form[key] = some
    else:
        form[key] = mangled(random, form[key])
    if place is None:
        programme = form
    else:
        programme["versions"] = [
            form if number == place else one for number, one in enumerate(programme["versions"])
        ]
    return replace(world, programmes=[programme])


def mangled(random: Random, text: str) -> str:
    """A text after one to four changes of characters, words or parts."""
    if random.random() < 0.05:
        return " ".join(random.choice(WORDS) for _ in range(random.randint(1, 30)))
    if random.random() < 0.05:
        return "".join(
            chr(random.choice((random.randrange(128), random.randrange(0xD800))))
            for _ in range(random.randint(0, 80))
        )
    for _ in range(random.choice((1, 1, 2, 3))):
        text = random.choice((_kin, _kin, _kin, _cut, _put, _repeat, _swap, _retype))(random, text)
    return text


def _kin(random: Random, text: str) -> str:
    """Another operator, rounding or number in place of one: most of these are rules, but other ones."""
    found = list(_OF_KIN.finditer(text))
    if not found:
        return _retype(random, text)
    one = random.choice(found)
    kin = next((words for words in KIN if one.group() in words), NUMBERS)
    return text[: one.start()] + random.choice(kin) + text[one.end() :]


def _span(random: Random, text: str) -> tuple[int, int]:
    start = random.randrange(len(text) + 1)
    return start, min(len(text), start + random.choice((1, 1, 2, 5, 20)))


def _cut(random: Random, text: str) -> str:
    start, end = _span(random, text)
    return text[:start] + text[end:]


def _put(random: Random, text: str) -> str:
    start, _ = _span(random, text)
    return f"{text[:start]} {random.choice(WORDS)} {text[start:]}"


def _repeat(random: Random, text: str) -> str:
    start, end = _span(random, text)
    return text[:end] + text[start:end] * random.choice((1, 2, 40)) + text[end:]


def _swap(random: Random, text: str) -> str:
    words = text.split(" ")
    one, other = random.randrange(len(words)), random.randrange(len(words))
    words[one], words[other] = words[other], words[one]
    return " ".join(words)


def _retype(random: Random, text: str) -> str:
    words = text.split(" ")
    words[random.randrange(len(words))] = random.choice(WORDS)
    return " ".join(words)


# -- packs ---------------------------------------------------------------------------------------


def try_pack(folder: Path, seed: int, count: Count) -> None:
    """A good pack with one file changed: problems on lines, or rules. The pack is whole again afterwards.

    Raises: as `try_expression`.
    """
    random = seeded(seed)
    _warm(folder)
    names = sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".csv"))
    file = random.choice(names)
    kept = file.read_bytes()
    file.write_bytes(spoiled(random, kept))
    try:
        with count.one(), guarded(str(folder)):
            pack, problems = load_pack(folder)
            assert (pack is None) == bool(problems)
            rules, more = (None, []) if pack is None else compile_pack(pack)
            assert all(one.line >= 1 and "\n" not in str(one) for one in [*problems, *more])
    finally:
        file.write_bytes(kept)
    if rules is not None:
        count.accepted += 1
        with within_budget():
            _use(rules, random)


def spoiled(random: Random, content: bytes) -> bytes:
    """A file after one to three changes of lines, values or bytes."""
    if random.random() < 0.1:
        place = random.randrange(len(content))
        return content[:place] + random.randbytes(random.randrange(9)) + content[place + 1 :]
    lines = content.decode().splitlines()
    ways = (_no, _twice, _indented, _other_value, _mangled, _other_number, _other_number)
    for _ in range(random.randint(1, 3)):
        place = random.randrange(len(lines))
        lines[place : place + 1] = random.choice(ways)(random, lines[place])
        lines = lines or [""]
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogatepass")


def _no(random: Random, line: str) -> list[str]:
    return []


def _twice(random: Random, line: str) -> list[str]:
    return [line] * random.choice((2, 2, 300))


def _indented(random: Random, line: str) -> list[str]:
    return ["  " + line]


def _other_value(random: Random, line: str) -> list[str]:
    separator = random.choice((": ", ", ", "["))
    parts = line.split(separator)
    parts[random.randrange(len(parts))] = random.choice(VALUES)
    return [separator.join(parts)]


def _mangled(random: Random, line: str) -> list[str]:
    return [mangled(random, line)]


def _other_number(random: Random, line: str) -> list[str]:
    """Most of these make another pack that is none the worse."""
    return [re.sub(r"[0-9]\b", str(random.randrange(10)), line, count=1)]
