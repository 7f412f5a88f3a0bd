"""The evidence pack: everything that a finding stands on, digests and signature, without sensitive values."""

import base64
import hashlib
import json
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from yingcai.audit.models import Event
from yingcai.cases.models import Award
from yingcai.cases.signing import public_key
from yingcai.cases.tests.after_city import build_after_city, granted
from yingcai.cases.tests.case_city import PDF, City
from yingcai.identity.models import User
from yingcai.identity.tests.make import make_unit, make_user
from yingcai.registry.models import Look
from yingcai.registry.tests.browsing import signed_in

pytestmark = pytest.mark.django_db
WHY = {"reason": "审计核查容错认定"}


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    settings.YINGCAI_TODAY = date(2018, 6, 25)
    return build_after_city(tmp_path / "city")


def pack_of(award: Award, user: User) -> dict[str, bytes]:
    answer = signed_in(user).post(f"/desk/awards/{award.case.handle}/evidence/", WHY)
    assert answer.status_code == 200
    with ZipFile(BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_pack_holds_all_that_was_done_and_checks_offline(city: City) -> None:
    award = granted(city)
    parts = pack_of(award, city.officer)

    acts = json.loads(parts["acts.json"])
    assert [one["words"] for one in acts] == ["同意", "同意", "同意", "期满", "同意"]
    decisions = json.loads(parts["decisions.json"])
    assert award.decision is not None
    assert decisions[-1]["digest"] == award.decision.digest
    assert decisions[-1]["facts"]["person.insured_months"] == "24"
    assert json.loads(parts["award.json"])["amount_fen"] == 5_000_000
    assert parts["files/01-证.pdf"] == PDF

    digests = json.loads(parts["manifest.json"])["sha256"]
    told = {"manifest.json", "manifest.sig", "city.pub"}
    assert digests == {
        name: hashlib.sha256(data).hexdigest() for name, data in parts.items() if name not in told
    }
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key()))
    key.verify(base64.b64decode(parts["manifest.sig"]), parts["manifest.json"])


def test_who_exports_leaves_a_look_with_the_reason(city: City) -> None:
    award = granted(city)
    before = Look.objects.filter(viewer=city.officer).count()
    pack_of(award, city.officer)

    looks = Look.objects.filter(viewer=city.officer)
    assert looks.count() == before + 1
    assert looks.latest("id").sealed_reason is not None
    assert Event.objects.get(action="award.evidence").actor == city.officer


def test_without_a_reason_nothing_goes_out(city: City) -> None:
    award = granted(city)
    here = f"/desk/awards/{award.case.handle}/evidence/"
    assert signed_in(city.officer).post(here, {"reason": " "}).status_code == 302
    assert not Event.objects.filter(action="award.evidence").exists()


def test_others_get_no_pack(city: City) -> None:
    award = granted(city)
    here = f"/desk/awards/{award.case.handle}/evidence/"
    elsewhere = make_user("elsewhere", role="officer", unit=make_unit("elsewhere", name="民政局"))
    assert signed_in(city.talent).post(here, WHY).status_code == 403
    assert signed_in(elsewhere).post(here, WHY).status_code == 404
    assert signed_in(city.county).post(here, WHY).status_code == 404  # has a part, does not lead
    assert signed_in(make_user("auditor", role="auditor")).post(here, WHY).status_code == 200
