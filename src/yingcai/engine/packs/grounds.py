"""awards.yaml: on which grounds something is done to an award after it was granted."""

from collections.abc import Iterator
from typing import Any

from yingcai.engine.packs.document import Document, Problem
from yingcai.engine.packs.entries import repeated
from yingcai.engine.packs.shape import ListOf, Map, Number, Ref, Source, Text, identifier, status

ACTS = ("suspend", "recover", "cancel", "tolerate")
SHARES = ("whole", "months")
AWARDS_SHAPE = Map(
    {
        "grounds": ListOf(
            Map(
                {
                    "id": identifier(),
                    "zh": Text(),
                    "en": Text(),
                    "acts": ListOf(Text(choices=ACTS), filled=True),
                    "share": Text(
                        choices=SHARES, optional=True, about="追回多少 how much is taken back"
                    ),
                    "bar_years": Number(
                        minimum=1, optional=True, about="几年内不得再申请 years without a new one"
                    ),
                    "bars": ListOf(
                        Ref("programme"), optional=True, filled=True,
                        about="不得再申请的项目 which programmes; without it its own",
                    ),
                    "source": Source(),
                    "status": status(optional=False),
                }
            ),
            filled=True,
            about="情形 the grounds, each with its clause",
        ),
    },
    about="认定（兑现）以后 what may happen to awards",
)  # fmt: skip
MOST_YEARS = 50


def check_awards(document: Document) -> Iterator[Problem]:
    """Every ground has what its acts need, and nothing else."""
    yield from repeated(document, ("grounds",), "ground")
    for i, ground in enumerate(document.value["grounds"]):
        for text in _faults(ground):
            yield document.problem(f"ground `{ground['id']}` {text}", "grounds", i)


def _faults(ground: dict[str, Any]) -> Iterator[str]:
    recovers = "recover" in ground["acts"]
    if recovers != ("share" in ground):
        yield "lacks `share`" if recovers else "takes nothing back and has no `share`"
    if "bar_years" in ground and not {"recover", "cancel"} & {*ground["acts"]}:
        yield "neither recovers nor cancels and has no `bar_years`"
    if ground.get("bar_years", 0) > MOST_YEARS:
        yield f"bars for more than {MOST_YEARS} years"
    if "bars" in ground and "bar_years" not in ground:
        yield "has `bars` and no `bar_years`"
