"""Nobody is two people: every comparison of natural persons stands in one place, which knows covers."""

import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "yingcai"
# Where natural persons are compared: the one place, and what makes the key of a login.
HERE = {"identity/queries.py"}
COMPARED = re.compile(
    r"person_key\s*(?:==|!=|\bin\b|\bnot in\b)|(?:==|!=|\bin\b)\s*[\w.]*person_key"
)


def test_natural_persons_are_compared_in_one_place() -> None:
    elsewhere = {
        str(path.relative_to(SOURCE)): found
        for path in sorted(SOURCE.rglob("*.py"))
        if "tests" not in path.parts
        and str(path.relative_to(SOURCE)) not in HERE
        and (found := COMPARED.findall(path.read_text("utf-8")))
    }
    assert elsewhere == {}
