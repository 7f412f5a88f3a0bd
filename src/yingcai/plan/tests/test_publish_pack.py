"""One pack is active; publishing the same digest again changes nothing."""

import pytest

from yingcai.audit.models import Event
from yingcai.plan.actions.packs import publish_pack
from yingcai.plan.models import Pack
from yingcai.plan.queries import active_pack
from yingcai.plan.tests.make import NOW

pytestmark = pytest.mark.django_db
DOCUMENT = {"id": "yunxiu", "version": "1.0.0", "site": {"name": "英才云岫"}}


def test_a_new_pack_takes_the_place_of_the_old_one() -> None:
    publish_pack(DOCUMENT, "a" * 64, actor=None, now=NOW)
    publish_pack({**DOCUMENT, "version": "1.1.0"}, "b" * 64, actor=None, now=NOW)
    assert active_pack()["version"] == "1.1.0"
    assert Pack.objects.filter(active=True).count() == 1
    assert Pack.objects.count() == 2


def test_publishing_the_active_pack_again_writes_nothing() -> None:
    publish_pack(DOCUMENT, "a" * 64, actor=None, now=NOW)
    publish_pack(DOCUMENT, "a" * 64, actor=None, now=NOW)
    assert Event.objects.filter(action="pack.published").count() == 1


def test_an_earlier_pack_can_be_made_active_again() -> None:
    first = publish_pack(DOCUMENT, "a" * 64, actor=None, now=NOW)
    publish_pack({**DOCUMENT, "version": "1.1.0"}, "b" * 64, actor=None, now=NOW)
    publish_pack(DOCUMENT, "a" * 64, actor=None, now=NOW)
    first.refresh_from_db()
    assert first.active
    assert Pack.objects.count() == 2
