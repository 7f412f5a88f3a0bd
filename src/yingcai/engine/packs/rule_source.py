"""A loaded pack as the compiler wants it, its rules, and the compiler's problems on their lines."""

from yingcai.engine.packs.document import Key, Problem
from yingcai.engine.packs.entries import part_of
from yingcai.engine.packs.load import Pack
from yingcai.engine.rules.compile import compile_rules
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.source_form import RuleProblem, RuleSource, SourceFile

_OF_ROWS = ("rows", "sources", "statuses")


def rule_source(pack: Pack) -> RuleSource:
    """All that the rules of ``pack`` are made of."""
    catalogue = pack.catalogue
    return RuleSource(
        facts=SourceFile("facts.yaml", pack.facts),
        programmes=[
            SourceFile(f"programmes/{name}.yaml", one) for name, one in pack.programmes.items()
        ],
        domains={name: list(values.items()) for name, values in pack.domains.items()},
        catalogue=SourceFile("catalogue/index.yaml", catalogue["index"]) if catalogue else None,
        editions=[SourceFile(*one) for one in catalogue["editions"].items()] if catalogue else [],
    )


def compile_pack(pack: Pack) -> tuple[RuleSet | None, list[Problem]]:
    """The rules of a pack, or everything that is wrong with them, file and line."""
    rules, problems = compile_rules(rule_source(pack))
    return rules, sorted({problem_at(pack, one) for one in problems})


def problem_at(pack: Pack, problem: RuleProblem) -> Problem:
    """The problem with its line; in a table that came from a CSV file, with that file's line."""
    return Problem(*line_of(pack, problem.file, problem.key), _text(problem))


def line_of(pack: Pack, file: str, key: Key) -> tuple[str, int]:
    """The file and the line of a value of a programme, of the facts or of the catalogue."""
    document = pack.files[file]
    here = file, document.line(*key)
    place = _table_place(key)
    table = part_of(document.value, key[:place]) if place else None
    if table is None:
        return here
    source = table.get("file", file)
    rest = key[place:]
    if len(rest) > 1 and rest[0] in _OF_ROWS:
        return source, table["lines"][rest[1]]
    return (source, 1) if rest[:1] == ("columns",) and "file" in table else here


def _text(problem: RuleProblem) -> str:
    """The words of a problem; those that do not begin with what they are about get its name."""
    if problem.text.startswith("`"):
        return problem.text
    names = [part for part in problem.key if isinstance(part, str)]
    return f"`{names[-1]}`: {problem.text}" if names else problem.text


def _table_place(key: Key) -> int:
    """How many parts of the key name a table; 0 when it names none."""
    place = 4 if key[:1] == ("versions",) else 2
    return place if key[place - 2 : place - 1] == ("tables",) and len(key) >= place else 0
