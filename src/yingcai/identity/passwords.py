"""What a password must be, by profile, and when it is too old.

``djbh3``: GB/T 22239-2019 8.1.4.1 a asks for complexity and for change at intervals.
``asvs``:  OWASP ASVS 5.0 6.2 asks for length and a list of common passwords, and forbids the rest.
The settings choose the validators of the profile; each is tested by itself.
"""

import gzip
import re
import string
import unicodedata
from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MINIMUM_LENGTH = 12
KINDS_ASKED = 3
ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890")
# Letters that people write with signs and digits; undone before the list of common words is asked.
DISGUISES = str.maketrans("@401!35$7", "aaoliesst")

VALIDATORS: dict[str, list[dict[str, Any]]] = {
    profile: [{"NAME": f"yingcai.identity.passwords.{name}"} for name in names]
    for profile, names in {
        "djbh3": ["Length", "Kinds", "NotTheAccountName", "NotCommon", "NotRecent"],
        "asvs": ["Length", "NotCommon"],
    }.items()
}
MAXIMUM_DAYS: dict[str, int | None] = {"djbh3": 90, "asvs": None}


class _Rule(ABC):
    """One rule: ``text`` says it to people, both as advice and as refusal."""

    @abstractmethod
    def text(self) -> str: ...

    @abstractmethod
    def broken(self, password: str, user: Any) -> bool: ...

    def validate(self, password: str, user: Any = None) -> None:
        if self.broken(password, user):
            raise ValidationError(self.text(), code=type(self).__name__)

    def get_help_text(self) -> str:
        return self.text()


class Length(_Rule):
    def text(self) -> str:
        return _("密码不少于 %(count)s 个字符。") % {"count": MINIMUM_LENGTH}

    def broken(self, password: str, user: Any) -> bool:
        return len(password) < MINIMUM_LENGTH


class Kinds(_Rule):
    def text(self) -> str:
        return _("密码须含大写字母、小写字母、数字、符号四类中的至少三类。")

    def broken(self, password: str, user: Any) -> bool:
        kinds = {_kind(character) for character in password}
        return len(kinds) < KINDS_ASKED


class NotTheAccountName(_Rule):
    def text(self) -> str:
        return _("密码不得包含账号或姓名，也不得是它们的倒写。")

    def broken(self, password: str, user: Any) -> bool:
        text = _plain(password)
        names = (getattr(user, "username", ""), getattr(user, "display_name", ""))
        parts = [_plain(name) for name in names if len(name) >= 2]
        return any(part in text or part[::-1] in text for part in parts)


class NotCommon(_Rule):
    def text(self) -> str:
        return _("密码不得是常见密码、键盘顺序、重复字符，或常见词加数字。")

    def broken(self, password: str, user: Any) -> bool:
        text = _plain(password)
        return (
            text in common_passwords()
            or len(set(text)) < 5
            or _runs(text) * 2 > len(text)
            or any(_only_a_common_word(form) for form in (text, text.translate(DISGUISES)))
        )


class NotRecent(_Rule):
    def text(self) -> str:
        return _("密码不得与最近五次用过的相同。")

    def broken(self, password: str, user: Any) -> bool:
        if user is None or user.pk is None:
            return False
        hashes = list(user.previous_passwords.values_list("password", flat=True))
        return any(check_password(password, old) for old in {*hashes, user.password} if old)


def too_old(changed_at: datetime, *, now: datetime, maximum_days: int | None) -> bool:
    """Whether a password set at ``changed_at`` must be changed; never when the profile sets no age."""
    if maximum_days is None:
        return False
    return now - changed_at > timedelta(days=maximum_days)


def age_in_days(changed_at: datetime, *, now: datetime) -> int:
    """Whole days since a password was set. Pages show these and no date: a demonstration has its own."""
    return max((now - changed_at).days, 0)


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """The twenty thousand most common passwords that Django carries, in lower case."""
    path = Path(password_validation.__file__).with_name("common-passwords.txt.gz")
    return frozenset(gzip.decompress(path.read_bytes()).decode("utf-8").split())


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isupper():
        return "upper"
    if character.islower():
        return "lower"
    return "sign"


def _runs(text: str) -> int:
    """How many characters stand in runs of four or more along a keyboard row, the alphabet or one key."""
    covered: set[int] = set()
    for start in range(len(text) - 3):
        piece = text[start : start + 4]
        if len(set(piece)) == 1 or any(piece in row or piece in row[::-1] for row in ROWS):
            covered.update(range(start, start + 4))
    return len(covered)


def _only_a_common_word(text: str) -> bool:
    """A common word of four letters or more with nothing but digits and signs around it."""
    word = text.strip(string.digits + string.punctuation)
    letters = re.sub(r"[^a-z]", "", text)
    return any(len(found) >= 4 and found in common_passwords() for found in (word, letters))
