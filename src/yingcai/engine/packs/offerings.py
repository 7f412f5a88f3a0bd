"""offerings/*.yaml: what can be booked, how much of it there is, and who may book."""

from yingcai.engine.packs.shape import (
    ListOf,
    Map,
    Number,
    Ref,
    Source,
    Text,
    identifier,
    status,
    words,
)

OFFERING_SHAPE = Map(
    {
        "offering": identifier(),
        "title": words(),
        "summary": words(optional=True),
        "kind": Text(choices=("place", "appointment", "voucher", "course", "event", "instrument")),
        "unit": Ref("unit"),
        "status": status(optional=False),
        "source": Source(optional=True),
        "capacity": Map(
            {
                "of": Number(minimum=1),
                "per": Text(choices=("total", "year", "month", "week", "day")),
            },
            about="数量 how many there are",
        ),
        "notice": Number(optional=True, about="提前工作日 working days before"),
        "who": ListOf(
            Map(
                {
                    "programme": Ref("programme", optional=True),
                    "level": ListOf(Text(), optional=True, filled=True),
                },
                one_of=("programme", "level"),
            ),
            optional=True,
            filled=True,
            about="谁可以预约；不写则人人可以 who may book; left out: everybody",
        ),
    },
    about="服务 something that can be booked",
)
