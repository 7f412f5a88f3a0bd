"""What registers answered: the last answer about a subject, and how each register is doing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from yingcai.registry.models import RegisterAnswer, Subject
from yingcai.registry.queries.facts import source_words
from yingcai.registry.queries.merged import members
from yingcai.registry.vocabulary import vocabulary

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Health:
    """How a register has answered during the last day, and when it last answered at all."""

    source: str
    label: str
    asked: int
    down: int
    last_answer: datetime | None

    @property
    def tone(self) -> str:
        if not self.asked:
            return "info"
        return "bad" if self.down == self.asked else "warn" if self.down else "ok"


def last_answers(subject: Subject) -> list[RegisterAnswer]:
    """The last answer of each register about a subject, in the order of the pack."""
    newest = (
        RegisterAnswer.objects.filter(subject__in=members([subject]))
        .order_by()
        .values("source")
        .annotate(last=Max("id"))
    )
    rows = RegisterAnswer.objects.filter(pk__in=[row["last"] for row in newest])
    order = {source: place for place, source in enumerate(vocabulary().fresh_days)}
    return sorted(rows, key=lambda row: order.get(row.source, len(order)))


def health(*, now: datetime) -> list[Health]:
    """Every register of the pack."""
    counted = {
        row["source"]: row
        for row in RegisterAnswer.objects.values("source")
        .annotate(
            asked=Count("id", filter=Q(asked_at__gt=now - DAY)),
            down=Count("id", filter=Q(asked_at__gt=now - DAY, state=RegisterAnswer.State.DOWN)),
            last=Max("asked_at", filter=~Q(state=RegisterAnswer.State.DOWN)),
        )
        .order_by("source")
    }
    return [
        Health(
            source,
            source_words(source),
            counted.get(source, {}).get("asked", 0),
            counted.get(source, {}).get("down", 0),
            counted.get(source, {}).get("last"),
        )
        for source in vocabulary().fresh_days
    ]
