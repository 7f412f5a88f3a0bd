"""The shape of demo/people.yaml; what its entries say is read in `population/recipe_file.py`."""

from yingcai.engine.packs.shape import Map, MapOf, Number, Text

_ENTRY = Map({}, open=True)
_SIZES = Map(
    {"sizes": MapOf(Number(), pattern=r"[1-9][0-9]{0,4}", looks="a whole number, 1 to 99999")}
)
PEOPLE_SHAPE = Map(
    {
        "status": Text(choices=("sample", "rule"), optional=True),
        "firms": _SIZES,
        "households": _SIZES,
        "projects": _ENTRY,
        "facts": MapOf(_ENTRY, pattern=r"[a-z]+\.[a-z][a-z0-9_]*", looks="person.degree"),
        "applied": MapOf(_ENTRY, pattern=r"[a-z0-9-]+", looks="agency-fee"),
    },
    about="虚构人群的生成方式 how a population of invented people is made",
)
