"""Where other systems are told what happened to subjects, and what was told to them.

The outbox is the audit's chain itself: an endpoint keeps its place in it. See docs/adr/0039.
"""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yingcai.registry.models.subjects import Subject


class Endpoint(models.Model):
    """An address that is told events within the duty of its owner; two people open it.

    ``position`` is the place in the audit's chain up to which events are laid out as deliveries. Whoever holds
    the ``lease`` sends; it runs out by itself when the sender dies. Leases go by the machine's clock.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("待确认")
        ACTIVE = "active", _("推送中")
        PAUSED = "paused", _("已暂停")
        ENDED = "ended", _("已终止")

    class Pause(models.TextChoices):
        GONE = "gone", _("对方说不再接收（410）")
        FAILING = "failing", _("连续多次推送失败")

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    label = models.CharField(max_length=60)
    address = models.CharField(max_length=300)
    sealed = models.BinaryField()  # the secret that signs
    wants = models.JSONField(default=list)  # areas (“fact”) and actions (“fact.corrected”)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    # Why it paused by itself; empty where a person paused it.
    reason = models.CharField(max_length=10, choices=Pause, blank=True, default="")
    position = models.PositiveBigIntegerField(default=0)
    deaths = models.PositiveIntegerField(default=0)  # deliveries given up since the last success
    lease = models.CharField(max_length=32, blank=True, default="")
    leased_until = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.handle} {self.status}"


class Delivery(models.Model):
    """One event on its way to one endpoint. It holds no personal data; old rows are dropped."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待推送")
        SENT = "sent", _("已送达")
        DEAD = "dead", _("已放弃")
        DROPPED = "dropped", _("不再推送")  # no longer within the owner's duty

    class Reason(models.TextChoices):
        STATUS = "status", _("对方答复错误")
        REDIRECT = "redirect", _("对方要求转到别处")
        TIMEOUT = "timeout", _("超时")
        CONNECTION = "connection", _("连接不上")
        ADDRESS = "address", _("地址不允许")

    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="deliveries")
    position = models.PositiveBigIntegerField()
    event = models.PositiveBigIntegerField()  # the audit event’s number
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()  # the machine’s clock, as the next one
    last_at = models.DateTimeField(null=True, blank=True)
    answer = models.PositiveIntegerField(null=True, blank=True)  # the last HTTP status
    reason = models.CharField(max_length=10, choices=Reason, blank=True, default="")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "position"], name="delivery_once_an_endpoint"
            )
        ]
        indexes = [
            models.Index(fields=["endpoint", "state", "position"], name="delivery_by_state"),
            models.Index(fields=["state", "last_at"], name="delivery_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.endpoint_id} {self.state}"
