"""Units, users and the roles that users hold for a unit during a time."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Unit(models.Model):
    """A responsible unit: a bureau, a county, a zone, a college, a company. Loaded from the pack."""

    class Kind(models.TextChoices):
        BUREAU = "bureau", _("市级部门")
        COUNTY = "county", _("县（市、区）")
        ZONE = "zone", _("功能区")
        INSTITUTION = "institution", _("事业单位")
        COMPANY = "company", _("企业")
        COLLECTIVE = "collective", _("集合称谓")  # “各县（市、区）”: stands for its members

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True, default="")
    full_name = models.CharField(max_length=120, blank=True, default="")
    kind = models.CharField(max_length=12, choices=Kind)
    division_code = models.CharField(max_length=6, blank=True, default="")  # GB/T 2260
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    members = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="+")
    order = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return self.name_en if get_language() == "en" and self.name_en else self.name


class UnitAlias(models.Model):
    """Another name under which documents print a unit."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A login. ``person_key`` says which natural person stands behind it (two logins may share one)."""

    person_key = models.UUIDField(default=uuid.uuid4, db_index=True)
    display_name = models.CharField(max_length=60, blank=True, default="")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="users")
    password_changed_at = models.DateTimeField(default=timezone.now)  # the machine's clock
    must_change_password = models.BooleanField(default=False)  # it was given, not chosen
    # Nobody signs in to it: a program acts by tokens, and ``person_key`` is who answers for it.
    program = models.BooleanField(default=False)
    last_code = models.CharField(
        max_length=20, blank=True, default=""
    )  # digest; no code works twice

    def __str__(self) -> str:
        return self.display_name or self.username


class PreviousPassword(models.Model):
    """The hash of a password that a user had, so that it is not chosen again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="previous_passwords")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.set_at:%Y-%m-%d}"


class RoleGrant(models.Model):
    """A role that a user holds, for a unit or for the whole city, from a day to a day.

    A revoked grant counts up to the day before ``revoked_on``; rows are kept as history. A cover counts only
    while what it stands in for does.
    """

    class Role(models.TextChoices):
        OFFICE = "office", _("人才办")
        REPORTER = "reporter", _("单位填报人")
        HEAD = "head", _("单位负责人")
        COUNTY = "county", _("县（市、区）人才办")
        LEADER = "leader", _("领导")
        AUDITOR = "auditor", _("审计")
        WINDOW = "window", _("窗口")
        OFFICER = "officer", _("经办人")
        FINANCE = "finance", _("财务")
        EXPERT = "expert", _("评审专家")

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=10, choices=Role)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    stands_in_for = models.ForeignKey(  # leave cover: whose grant it is
        "self", models.PROTECT, null=True, blank=True, related_name="covers"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)  # the last day it counts
    granted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )  # empty: the operator, by command
    revoked_on = models.DateField(null=True, blank=True)  # the first day it no longer counts
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            # Two constraints, because NULLs differ from each other in unique indexes.
            models.UniqueConstraint(
                fields=["user", "role", "unit", "starts_on"],
                condition=models.Q(unit__isnull=False, revoked_on=None),
                name="grant_once_per_unit_and_start",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "starts_on"],
                condition=models.Q(unit=None, revoked_on=None),
                name="grant_once_per_start",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="grant_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(stands_in_for=None) | models.Q(ends_on__isnull=False),
                name="grant_cover_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.unit or ''}"


class SignInGuard(models.Model):
    """Failed sign-ins of one account name or one address (both as keyed digests), and its lock."""

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("账号")
        ADDRESS = "address", _("网络地址")

    kind = models.CharField(max_length=8, choices=Kind)
    digest = models.CharField(max_length=64)
    failures = models.PositiveIntegerField(default=0)  # since the last lock or success
    locks = models.PositiveIntegerField(default=0)  # in a row; each is longer than the last
    failed_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "digest"], name="guard_one_row_a_digest")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest}"


class AccessToken(models.Model):
    """A credential by which a program acts as a user, within some scopes, until a moment.

    Of its secret only a digest is kept, salted by ``handle``, its public name.
    """

    handle = models.CharField(max_length=12, unique=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="tokens")
    label = models.CharField(max_length=60)
    scopes = models.JSONField(default=list)
    purpose = models.CharField(max_length=20, blank=True, default="")  # empty: the usual ones
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()  # the machine's clock, as the next one
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.handle} of {self.user_id}"


class FirstAnswer(models.Model):
    """What a write by API or by a form was answered, so that the same key is answered the same and done once.

    The row is written in the transaction of the effect. Answers hold handles and numbers of rows only.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    asked = models.CharField(max_length=20)  # keyed digest of method, address and body
    answer = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="first_answer_once_a_key")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
