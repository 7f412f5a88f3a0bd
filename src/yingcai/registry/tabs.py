"""The tabs of a subject's pages; an app above adds its own when it starts."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yingcai.registry.models import Subject
from yingcai.registry.queries.scope import AUDITOR, COUNTY, EMPLOYER, OFFICE

STAFF = frozenset({OFFICE, COUNTY, AUDITOR, EMPLOYER})
OFFICES = frozenset({OFFICE, COUNTY})
EVERY_KIND = frozenset(str(kind) for kind in Subject.Kind)


@dataclass(frozen=True)
class Tab:
    """A page about a subject. ``name``: an address that takes its handle; for whom, of which kinds.

    ``of_staff``: whether a firm's officer sees it of the firm's people, too.
    """

    label: Promise | str
    name: str
    capacities: frozenset[str] = STAFF
    kinds: frozenset[str] = EVERY_KIND
    of_staff: bool = True


_TABS = [
    Tab(_("已知信息"), "registry:subject"),
    Tab(_("历程"), "registry:steps"),
    Tab(_("关系"), "registry:relations"),
    Tab(
        _("经办与授权"),
        "registry:acting",
        kinds=frozenset({Subject.Kind.PERSON, Subject.Kind.ORGANISATION}),
        of_staff=False,  # what people are to the firm, not which login is theirs
    ),
    Tab(_("更正申请"), "registry:subject_requests", OFFICES),
    Tab(_("谁看过"), "registry:looks", frozenset({OFFICE, AUDITOR})),
]


def add_tab(tab: Tab) -> None:
    """Show one more page of an app above, after the others."""
    if tab not in _TABS:
        _TABS.append(tab)


def is_open(name: str, subject: Subject, capacity: str) -> bool:
    """Whether a tab is there for who asks, of this kind of subject."""
    return any(tab.name == name for tab in _open(subject, capacity))


def tabs_of(subject: Subject, capacity: str, current: str) -> list[tuple[str, str, bool]]:
    """The tabs of a subject for who asks: label, address, whether it is the one shown."""
    return [
        (str(tab.label), reverse(tab.name, args=[subject.handle]), tab.name == current)
        for tab in _open(subject, capacity)
    ]


def _open(subject: Subject, capacity: str) -> list[Tab]:
    staff = capacity == EMPLOYER and subject.kind == Subject.Kind.PERSON
    return [
        tab
        for tab in _TABS
        if capacity in tab.capacities and subject.kind in tab.kinds and (tab.of_staff or not staff)
    ]
