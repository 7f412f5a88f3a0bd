"""A loaded pack as the compiler wants it, and the compiler's problems on their lines."""

from yingcai.engine.packs.document import Key, Problem
from yingcai.engine.packs.entries import part_of
from yingcai.engine.packs.load import Pack
from yingcai.engine.rules.source_form import RuleProblem, RuleSource

_OF_ROWS = ("rows", "sources", "statuses")


def rule_source(pack: Pack) -> RuleSource:
    """All that the rules of ``pack`` are made of."""
    return RuleSource(
        facts=pack.facts,
        programmes=tuple((f"programmes/{name}.yaml", one) for name, one in pack.programmes.items()),
        catalogue=pack.catalogue,
        domains=pack.domains,
    )


def problem_at(pack: Pack, problem: RuleProblem) -> Problem:
    """The problem with its line; in a table that came from a CSV file, with that file's line."""
    document = pack.files[problem.file]
    place = _table_place(problem.key)
    table = part_of(document.value, problem.key[:place]) if place else None
    if table is None:
        return document.problem(problem.text, *problem.key)
    file = table.get("file", problem.file)
    rest = problem.key[place:]
    if len(rest) > 1 and rest[0] in _OF_ROWS:
        return Problem(file, table["lines"][rest[1]], problem.text)
    if rest[:1] == ("columns",) and "file" in table:
        return Problem(file, 1, problem.text)
    return document.problem(problem.text, *problem.key)


def _table_place(key: Key) -> int:
    """How many parts of the key name a table; 0 when it names none."""
    place = 4 if key[:1] == ("versions",) else 2
    return place if key[place - 2 : place - 1] == ("tables",) and len(key) >= place else 0
