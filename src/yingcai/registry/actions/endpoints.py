"""Opening an address that is told events: one person proposes, another confirms; pausing, ending, sending again."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.audit.queries import newest_link
from yingcai.engine.sealing import derived, unseal
from yingcai.identity.queries import same_person
from yingcai.registry.errors import InvalidEndpoint, OutOfScope, StaleRecord
from yingcai.registry.keys import key_ring, profile
from yingcai.registry.models import Delivery, Endpoint
from yingcai.registry.posting import is_allowed, new_secret
from yingcai.registry.queries.events import is_wanted

if TYPE_CHECKING:
    from yingcai.identity.models import User

Status, State = Endpoint.Status, Delivery.State


@dataclass(frozen=True)
class Proposed:
    """An endpoint as it is asked for. ``wants``: areas and actions."""

    label: str
    address: str
    wants: Sequence[str]
    owner: "User"


class NewEndpoint(NamedTuple):
    """An endpoint and the secret that signs; the secret is shown once."""

    endpoint: Endpoint
    secret: str


def propose_endpoint(
    wanted: Proposed, *, inside: Collection[str], actor: "User", now: datetime
) -> NewEndpoint:
    """Say that an address should be told; nothing is sent until somebody else confirms.

    ``inside``: hosts of inner networks that the installation allows. Raises: InvalidEndpoint with every reason.
    """
    problems = list(_problems(wanted, inside))
    if problems:
        raise InvalidEndpoint(problems)
    secret, handle = new_secret(), uuid4()
    with transaction.atomic():
        endpoint = Endpoint.objects.create(
            handle=handle,
            label=wanted.label.strip(),
            address=wanted.address,
            sealed=profile().seal(_key(), secret.encode(), _bound(str(handle))),
            wants=sorted(wanted.wants),
            owner=wanted.owner,
            made_at=now,
            made_by=actor,
        )
        details = {"wants": endpoint.wants, "owner": wanted.owner.pk}
        record("endpoint.proposed", endpoint, actor=actor, details=details, at=now)
    return NewEndpoint(endpoint, secret)


def confirm_endpoint(endpoint: Endpoint, *, actor: "User", now: datetime) -> None:
    """What happens from now on is told. Raises: OutOfScope for who proposed it, StaleRecord."""
    if same_person(actor, endpoint.made_by):
        raise OutOfScope(_("须由另一个人确认：提议和确认不能是同一个人"))
    last = newest_link()
    with transaction.atomic():
        start = {"position": last.position if last else 0}
        _change(
            endpoint, {Status.PROPOSED}, Status.ACTIVE,
            confirmed_at=now, confirmed_by=actor, **start,
        )  # fmt: skip
        record("endpoint.confirmed", endpoint, actor=actor, details=start, at=now)


def pause_endpoint(
    endpoint: Endpoint, *, reason: str = "", actor: "User | None", now: datetime
) -> None:
    """Nothing is sent until it is resumed; nothing is lost. Raises: StaleRecord."""
    with transaction.atomic():
        _change(endpoint, {Status.ACTIVE}, Status.PAUSED, reason=reason)
        record("endpoint.paused", endpoint, actor=actor, details={"reason": reason}, at=now)


def resume_endpoint(endpoint: Endpoint, *, actor: "User", at: datetime, now: datetime) -> None:
    """What waited is sent at once. ``at`` is the machine's time. Raises: StaleRecord."""
    with transaction.atomic():
        _change(endpoint, {Status.PAUSED}, Status.ACTIVE, reason="", deaths=0)
        Delivery.objects.filter(endpoint=endpoint, state=State.WAITING).update(next_at=at, tries=0)
        record("endpoint.resumed", endpoint, actor=actor, at=now)


def end_endpoint(endpoint: Endpoint, *, actor: "User", now: datetime) -> None:
    """It is never told anything again, and its secret is destroyed. Raises: StaleRecord."""
    with transaction.atomic():
        _change(endpoint, set(Status) - {Status.ENDED}, Status.ENDED, sealed=b"")
        Delivery.objects.filter(endpoint=endpoint, state=State.WAITING).update(state=State.DROPPED)
        record("endpoint.ended", endpoint, actor=actor, at=now)


def resend_delivery(row: Delivery, *, actor: "User", at: datetime, now: datetime) -> None:
    """Tell an event once more, under the same id. Raises: StaleRecord where it waits already."""
    with transaction.atomic():
        over = Delivery.objects.filter(pk=row.pk, state__in=[State.SENT, State.DEAD])
        if over.update(state=State.WAITING, tries=0, next_at=at, reason="", answer=None) != 1:
            raise StaleRecord(_("这一条正在等待推送，或不再推送"))
        record("delivery.repeated", row, actor=actor, details={"event": row.event}, at=now)


def secret_of(endpoint: Endpoint) -> str:
    """The secret that signs. Raises: NotSealed."""
    return unseal(_key(), bytes(endpoint.sealed), _bound(str(endpoint.handle))).decode()


def _key() -> bytes:
    return derived(key_ring().index, "endpoint.secret/1")


def _bound(handle: str) -> bytes:
    return f"endpoint/{handle}".encode()


def _problems(wanted: Proposed, inside: Collection[str]) -> Iterator[str]:
    if not 0 < len(wanted.label.strip()) <= 60:
        yield _("请写明接收方，不超过 60 个字。")
    if len(wanted.address) > 300 or not is_allowed(wanted.address, inside=inside):
        yield _("地址须为 https:// 开头的公网地址；内网主机须由运维写入 YINGCAI_PUSH_HOSTS。")
    if not wanted.wants:
        yield _("请至少选择一类事件。")
    for name in wanted.wants:
        if not is_wanted([name], name):
            yield _("没有“%(name)s”这类事件。") % {"name": name}
    if not wanted.owner.is_active:
        yield _("账号 %(name)s 已停用。") % {"name": wanted.owner.username}


def _change(endpoint: Endpoint, standing: Collection[str], status: str, **values: object) -> None:
    changed = Endpoint.objects.filter(pk=endpoint.pk, status__in=list(standing))
    if changed.update(status=status, **values) != 1:
        raise StaleRecord(_("这个接收端已经变更，请刷新页面查看"))
    endpoint.refresh_from_db()
