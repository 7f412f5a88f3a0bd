"""Planted: values that are not sealed or show, copies and erasures that leave something, consent read wrongly."""

import logging
import tempfile
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.evidence.consent import consent_faults, race_faults
from tests.evidence.marks import mark_faults, rotation_faults, seal_faults
from tests.evidence.plants import around, bug
from tests.evidence.rights import copy_faults, erase_faults
from yingcai.engine.sealing import Profile
from yingcai.registry import sealed, vocabulary
from yingcai.registry.actions import consent as agreeing
from yingcai.registry.actions import erasing, looking
from yingcai.registry.actions import requests as asking
from yingcai.registry.keys import key_ring
from yingcai.registry.models import Consent, Identifier, SubjectKey
from yingcai.registry.queries import copies
from yingcai.registry.queries import scope as scopes
from yingcai.registry.views import finding

STORY = ("give", "withdraw", "give", "version", "give", "notice", "classes", "withdraw")


def words() -> list[str]:
    """What the last word decides, on one story; the property test tells random ones."""
    return consent_faults(STORY)


def race() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        return race_faults(Path(folder))


CHECKS = {
    "G19": (mark_faults, seal_faults, rotation_faults),
    "G23": (copy_faults, erase_faults),
    "G24": (words,),
}


@bug("G19", mark_faults)
def a_seal_that_keeps_the_text(mp: pytest.MonkeyPatch) -> None:
    """It has the form of what is sealed, and opens."""
    head, tag = bytes((1, 1)) + bytes(12), bytes(16)
    mp.setattr(Profile, "seal", lambda _self, _key, plain, _bound: head + plain + tag)
    mp.setattr(Profile, "unseal", lambda _self, _key, value, _bound: value[14:-16])


@bug("G19", mark_faults)
def a_request_kept_in_plain(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(asking, "seal", lambda _subject, _field, plain: plain.encode())


@bug("G19", mark_faults)
def a_log_that_names_the_number(mp: pytest.MonkeyPatch) -> None:
    def telling(find: Any) -> Any:
        def found(scope: Any, kind: str, written: str, **more: Any) -> Any:
            logging.getLogger("yingcai").warning("looking for %s", written)
            return find(scope, kind, written, **more)

        return found

    around(mp, finding, "find_by_number", telling)


@bug("G19", mark_faults)
def a_sensitive_fact_among_the_others(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(vocabulary.FactWord, "sensitive", property(lambda _self: False))
    mp.setattr(scopes.Scope, "shows", lambda _self, _data_class: True)


@bug("G19", seal_faults)
def an_unsealing_that_overlooks_the_tag(mp: pytest.MonkeyPatch) -> None:
    def careless(key: bytes, value: bytes, _bound: bytes) -> bytes:
        counter = modes.CTR(value[2:14] + bytes((0, 0, 0, 2)))  # what GCM does beside its tag
        return Cipher(algorithms.AES(key), counter).decryptor().update(value[14:-16])

    mp.setattr(sealed, "unseal", careless)


@bug("G19", rotation_faults)
def a_rotation_that_wraps_nothing_anew(mp: pytest.MonkeyPatch) -> None:
    mp.setattr("tests.evidence.marks.rewrap_keys", lambda **_more: 0)


@bug("G19", rotation_faults)
def a_rotation_by_the_old_key(mp: pytest.MonkeyPatch) -> None:
    """Says that it was wrapped by the new key, and leaves the bytes."""

    def rename(*, now: Any) -> int:
        return SubjectKey.objects.update(key_id=key_ring().current)

    mp.setattr("tests.evidence.marks.rewrap_keys", rename)


@bug("G23", copy_faults)
def a_copy_without_the_sensitive_facts(mp: pytest.MonkeyPatch) -> None:
    around(mp, copies, "_fact", lambda fact: lambda row: fact(row) if row.name != "person.salary" else {})  # fmt: skip


@bug("G23", copy_faults)
def a_copy_with_the_mask_of_the_number(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(copies, "_number", lambda row: row.mask)


@bug("G23", erase_faults)
def an_erasure_that_leaves_the_blind_index(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(erasing, "Identifier", _spared(Identifier))


@bug("G23", erase_faults)
def an_erasure_that_leaves_the_key(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(erasing, "SubjectKey", _spared(SubjectKey))


@bug("G23", erase_faults)
def an_erasure_that_leaves_the_name(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(erasing, "NAMELESS", "林之川")


def _spared(model: Any) -> Any:
    """A table of which nothing is deleted."""
    return SimpleNamespace(objects=SimpleNamespace(filter=lambda **_wanted: model.objects.none()))


@bug("G24", words)
def a_consent_by_its_first_word(mp: pytest.MonkeyPatch) -> None:
    def first(subject: Any, purpose: Any) -> Consent | None:
        return Consent.objects.filter(subject=subject, purpose=purpose.name).order_by("id").first()

    mp.setattr(scopes, "last_word", first)


@bug("G24", words)
def a_consent_to_whatever_version(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(scopes, "_agreeing", lambda subjects, purpose: subjects.filter(consents__purpose=purpose.name, consents__granted=True))  # fmt: skip


@bug("G24", words)
def a_consent_to_whatever_notice(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(vocabulary.Purpose, "asked", property(lambda self: self.name))


@bug("G24", words)
def a_withdrawal_only_of_the_present_notice(mp: pytest.MonkeyPatch) -> None:
    def present(subject: Any, purpose: Any) -> Consent | None:
        return scopes.last_word(subject, purpose) if scopes.has_agreed(subject, purpose) else None

    mp.setattr(agreeing, "last_word", present)


@bug("G24", words)
def a_use_by_the_list_alone(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(looking, "_as_agreed", lambda _scope, _persons: nullcontext())


@bug("G24", race)
def a_consent_asked_once_before_the_use(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(looking, "_as_agreed", lambda _scope, _persons: nullcontext())


@bug("G24", race)
def a_use_outside_of_the_transaction(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(looking, "transaction", SimpleNamespace(atomic=nullcontext))
    mp.setattr(looking, "hold", lambda _persons: None)
