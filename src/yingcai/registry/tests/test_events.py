"""Other systems are told what happened: each committed event once, in order, and nobody more than his duty."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from yingcai.audit import clock
from yingcai.audit.actions import seal
from yingcai.audit.models import Event
from yingcai.identity.actions import close_account
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.at_once import at_once
from yingcai.identity.tests.make import make_user
from yingcai.registry import posting, sending
from yingcai.registry.actions.deliveries import (
    LEASE,
    MOST_DEATHS,
    PAUSES,
    SENT_KEPT,
    forget_deliveries,
    take_lease,
)
from yingcai.registry.actions.endpoints import (
    Proposed,
    confirm_endpoint,
    end_endpoint,
    pause_endpoint,
    propose_endpoint,
    resend_delivery,
    resume_endpoint,
)
from yingcai.registry.actions.erasing import erase_subject
from yingcai.registry.errors import InvalidEndpoint, OutOfScope, StaleRecord
from yingcai.registry.models import Delivery, Endpoint, Subject
from yingcai.registry.posting import is_allowed
from yingcai.registry.sending import send_round
from yingcai.registry.tests.make import NOW, TODAY, make_county, make_fact, make_person
from yingcai.registry.tests.receiver import (
    Receiver,
    die,
    drip,
    flood,
    is_signed,
    receiving,
    say_nothing,
    status,
)

pytestmark = pytest.mark.usefixtures("city")
ALL = ("subject", "identifier", "fact", "relation", "request", "consent")
PUBLIC = "https://events.example.cn/told"


class Hands:
    """The machine's clock, turned by the test."""

    def __init__(self) -> None:
        self.at = clock.machine_now()

    def __call__(self) -> datetime:
        return self.at

    def on(self, **much: float) -> None:
        self.at += timedelta(**much)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    turned = Hands()
    monkeypatch.setattr(clock, "machine_now", turned)
    return turned


@pytest.fixture
def receiver(settings: Settings, hands: Hands) -> Iterator[Receiver]:
    with receiving() as found:
        settings.PUSH_HOSTS = [found.host]
        yield found


def propose(address: str = PUBLIC, *, owner: User | None = None, **more: Any) -> Any:
    values = {"label": "省平台", "wants": ALL, **more}
    given = Proposed(address=address, owner=owner or make_user(role=Role.OFFICE), **values)
    return propose_endpoint(
        given, inside=settings.PUSH_HOSTS, actor=make_user(role=Role.OFFICE), now=NOW
    )


def opened(receiver: Receiver, **more: Any) -> Any:
    """An endpoint that is told what happens from now on, and its secret."""
    made = propose(receiver.address, **more)
    seal(now=NOW)
    confirm_endpoint(made.endpoint, actor=make_user(role=Role.OFFICE), now=NOW)
    return made


def tell() -> tuple[int, int]:
    """Seal and send what there is."""
    seal(now=NOW)
    done = send_round(on=TODAY)
    return done.sent, done.failed


# -- what is told --------------------------------------------------------------------------------


def test_an_event_is_told_signed_without_a_word_about_the_person(receiver: Receiver) -> None:
    made = opened(receiver)
    lin = make_person("林之川")
    make_fact(lin, "person.degree", "doctor")

    assert tell() == (2, 0)
    [first, second] = receiver.calls
    event = Event.objects.get(action="fact.recorded")
    assert second.told == {
        "type": "fact.recorded",
        "timestamp": NOW.isoformat(),
        "data": {"event": event.pk, "object": "registry.subject", "subject": str(lin.handle)},
    }
    assert (first.told["type"], second.id) == ("subject.registered", f"evt_{event.pk}")
    assert is_signed(first, made.secret)
    assert not is_signed(first, posting.new_secret())
    assert "林之川" not in first.body.decode()


def test_events_come_in_order_and_once(receiver: Receiver) -> None:
    opened(receiver)
    people = [make_person() for _ in range(12)]

    assert tell() == (12, 0)
    assert tell() == (0, 0)
    assert [call.told["data"]["subject"] for call in receiver.calls] == [
        str(one.handle) for one in people
    ]


def test_a_write_that_was_rolled_back_is_told_to_nobody(receiver: Receiver) -> None:
    opened(receiver)
    with transaction.atomic():
        make_person()
        transaction.set_rollback(True)

    assert tell() == (0, 0)


def test_only_what_was_asked_for_is_told(receiver: Receiver) -> None:
    opened(receiver, wants=("fact.corrected", "relation"))
    make_fact(make_person(), "person.degree", "doctor")

    assert tell() == (0, 0)
    assert not Delivery.objects.exists()


def test_what_happened_before_it_was_confirmed_is_not_told(receiver: Receiver) -> None:
    make_person()
    opened(receiver)

    assert tell() == (0, 0)


def test_nobody_is_told_of_subjects_out_of_his_duty(receiver: Receiver) -> None:
    east = make_county()
    opened(receiver, owner=make_user(role=Role.COUNTY, unit=east))
    near, _ = make_person(county=east), make_person(county=make_county("西川市"))

    assert tell() == (1, 0)
    assert receiver.calls[0].told["data"]["subject"] == str(near.handle)


def test_an_account_without_a_capacity_or_closed_is_told_nothing(receiver: Receiver) -> None:
    owner = make_user(role=Role.OFFICE)
    opened(receiver, owner=make_user(role=Role.LEADER))
    opened(receiver, owner=owner)
    close_account(owner, actor=None, now=NOW)
    make_person()

    assert tell() == (0, 0)


def test_of_an_erased_subject_only_the_erasure_is_told(receiver: Receiver, hands: Hands) -> None:
    opened(receiver)
    lin = make_person("林之川")
    seal(now=NOW)
    receiver.answers = [status(500)]
    tell()  # it is laid out, and did not arrive
    erase_subject(lin, reason="本人申请", actor=make_user(), second=make_user(), now=NOW)

    hands.on(minutes=5)
    tell()

    assert [call.told["type"] for call in receiver.calls] == [
        "subject.registered",
        "subject.erased",
    ]
    assert receiver.calls[-1].told["data"]["subject"] == str(lin.handle)
    assert [row.state for row in Delivery.objects.all()] == ["dropped", "sent"]


# -- what goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (status(500), "status"),
        (status(404), "status"),
        (status(302, Location="http://127.0.0.1:1/"), "redirect"),
        (die, "connection"),
        (say_nothing, "timeout"),
        (drip, "timeout"),
    ],
)
def test_what_did_not_arrive_is_told_again_later_under_the_same_id(
    receiver: Receiver, hands: Hands, monkeypatch: pytest.MonkeyPatch, answer: Any, reason: str
) -> None:
    monkeypatch.setattr(posting, "SECONDS", 0.3)
    monkeypatch.setattr(posting, "WHOLE", 0.4)
    opened(receiver)
    make_person()
    receiver.answers = [answer]

    assert tell() == (0, 1)
    assert Delivery.objects.get().reason == reason
    assert tell() == (0, 0)  # not yet
    hands.on(seconds=PAUSES[0])
    assert tell() == (1, 0)
    assert (len(receiver.calls), len(receiver.applied)) == (2, 1)


def test_an_answer_without_end_is_not_read(receiver: Receiver) -> None:
    opened(receiver)
    make_person()
    receiver.answers = [flood]

    assert tell() == (1, 0)


def test_nothing_overtakes_what_did_not_arrive(receiver: Receiver, hands: Hands) -> None:
    opened(receiver)
    first, second = make_person(), make_person()
    receiver.answers = [status(503)]

    tell()
    hands.on(seconds=PAUSES[0])
    tell()

    told = [call.told["data"]["subject"] for call in receiver.calls]
    assert told == [str(first.handle), str(first.handle), str(second.handle)]


def test_a_sender_that_dies_before_the_mark_tells_again_and_it_is_applied_once(
    receiver: Receiver, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = opened(receiver)
    make_person()
    seal(now=NOW)

    class Killed(BaseException):
        """The process is gone: nothing after it is done."""

    def killed(*given: Any, **more: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(sending, "keep_outcome", killed)
        patched.setattr(sending, "give_back", lambda *given: None)
        with pytest.raises(Killed):
            send_round(on=TODAY)

    assert tell() == (0, 0)  # the dead one's lease still runs
    hands.on(seconds=LEASE.total_seconds() + 1)
    assert tell() == (1, 0)
    assert (len(receiver.calls), len(receiver.applied)) == (2, 1)
    assert all(is_signed(call, made.secret) for call in receiver.calls)


def test_while_one_sends_another_does_not(receiver: Receiver, hands: Hands) -> None:
    made = opened(receiver)
    make_person()

    assert take_lease(made.endpoint, at=hands()) != ""
    assert tell() == (0, 0)
    assert receiver.calls == []


def test_what_never_arrives_is_given_up_and_in_the_end_the_endpoint_pauses(
    receiver: Receiver, hands: Hands
) -> None:
    made = opened(receiver)
    for _ in range(MOST_DEATHS + 1):
        make_person()
    receiver.answers = [status(500)] * 100

    for _ in range(MOST_DEATHS * (len(PAUSES) + 1) + 3):
        tell()
        hands.on(seconds=max(PAUSES))

    made.endpoint.refresh_from_db()
    assert (made.endpoint.status, made.endpoint.reason) == ("paused", "failing")
    assert len(receiver.calls) == MOST_DEATHS * (len(PAUSES) + 1)
    assert [row.state for row in Delivery.objects.all()] == ["dead", "dead", "waiting"]
    assert Event.objects.filter(action="endpoint.paused", actor=None).count() == 1


def test_one_event_that_is_never_taken_does_not_stop_the_others(
    receiver: Receiver, hands: Hands
) -> None:
    made = opened(receiver)
    make_person(), make_person()
    receiver.answers = [status(400)] * (len(PAUSES) + 1)

    for _ in range(len(PAUSES) + 2):
        tell()
        hands.on(seconds=max(PAUSES))

    made.endpoint.refresh_from_db()
    assert [row.state for row in Delivery.objects.all()] == ["dead", "sent"]
    assert (made.endpoint.status, made.endpoint.deaths) == ("active", 0)


def test_who_says_that_it_is_gone_is_not_asked_again(receiver: Receiver) -> None:
    made = opened(receiver)
    make_person()
    receiver.answers = [status(410)]

    assert tell() == (0, 1)
    made.endpoint.refresh_from_db()
    assert made.endpoint.status == "paused"


def test_nothing_is_lost_while_an_endpoint_pauses(receiver: Receiver, hands: Hands) -> None:
    made, officer = opened(receiver), make_user(role=Role.OFFICE)
    pause_endpoint(made.endpoint, actor=officer, now=NOW)
    make_person()
    assert tell() == (0, 0)

    resume_endpoint(made.endpoint, actor=officer, at=hands(), now=NOW)

    assert tell() == (1, 0)


def test_an_event_is_told_once_more_on_demand_under_the_same_id(
    receiver: Receiver, hands: Hands
) -> None:
    opened(receiver)
    make_person()
    tell()
    row, officer = Delivery.objects.get(), make_user(role=Role.OFFICE)

    resend_delivery(row, actor=officer, at=hands(), now=NOW)
    with pytest.raises(StaleRecord):
        resend_delivery(row, actor=officer, at=hands(), now=NOW)

    assert tell() == (1, 0)
    assert (len(receiver.calls), len(receiver.applied)) == (2, 1)


def test_an_endpoint_that_ended_has_no_secret_and_is_told_nothing(receiver: Receiver) -> None:
    made = opened(receiver)
    make_person()
    end_endpoint(made.endpoint, actor=make_user(), now=NOW)

    assert tell() == (0, 0)
    assert bytes(Endpoint.objects.get().sealed) == b""


def test_old_deliveries_are_dropped_and_young_ones_stay(receiver: Receiver, hands: Hands) -> None:
    opened(receiver)
    make_person()
    tell()
    hands.on(seconds=1)
    make_person()
    tell()

    assert forget_deliveries(at=hands() + SENT_KEPT) == 1
    assert Delivery.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_senders_at_once_one_tells(receiver: Receiver) -> None:
    opened(receiver)
    people = [make_person() for _ in range(5)]
    seal(now=NOW)

    at_once(lambda: send_round(on=TODAY).sent, 2)
    send_round(on=TODAY)

    assert [call.told["data"]["subject"] for call in receiver.calls] == [
        str(one.handle) for one in people
    ]


def test_the_command_sends_and_may_be_repeated(
    receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    opened(receiver)
    make_person()
    seal(now=NOW)

    call_command("send_events", "--on", "2018-06-08")
    call_command("send_events", "--on", "2018-06-08")

    assert capsys.readouterr().out.splitlines() == [
        "送达 1 条，失败 0 条，清理旧记录 0 条（2018-06-08）",
        "送达 0 条，失败 0 条，清理旧记录 0 条（2018-06-08）",
    ]


# -- where it is told ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "http://events.example.cn/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest",
        "https://[::ffff:10.1.2.3]/",
        "https://[64:ff9b::a01:203]/",
        "https://user@events.example.cn/",
        "https://events.example.cn/#part",
        "https://",
        "ftp://events.example.cn/",
        "file:///etc/passwd",
        "https://events.example.cn:port/",
    ],
)
def test_addresses_inside_and_without_tls_are_refused(address: str) -> None:
    assert not is_allowed(address, inside=())
    with pytest.raises(InvalidEndpoint):
        propose(address)
    assert not Endpoint.objects.exists()


def test_an_inner_host_is_told_where_the_operator_allows_it() -> None:
    assert is_allowed(PUBLIC, inside=())
    assert is_allowed("http://10.1.2.3:8080/x", inside=["10.1.2.3:8080"])
    assert is_allowed("http://exchange.gov/x", inside=["exchange.gov"])
    assert not is_allowed("http://10.1.2.3:8081/x", inside=["10.1.2.3:8080"])


@pytest.mark.parametrize("place", ["127.0.0.1", "10.0.0.8", "fe80::1%eth0", "::ffff:192.168.1.1"])
def test_a_public_name_that_leads_inside_is_not_called(
    monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    found = [(2, 1, 6, "", ("93.184.215.14", 443)), (2, 1, 6, "", (place, 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *given, **more: found)
    monkeypatch.setattr("socket.create_connection", lambda *given, **more: pytest.fail("called"))

    assert posting.post(PUBLIC, b"{}", {}, inside=()).reason == "address"


def test_the_setting_may_be_narrowed_after_an_endpoint_was_opened(
    receiver: Receiver, settings: Settings
) -> None:
    opened(receiver)
    make_person()
    settings.PUSH_HOSTS = []

    assert tell() == (0, 1)
    assert (Delivery.objects.get().reason, receiver.calls) == ("address", [])


# -- who opens it --------------------------------------------------------------------------------


def test_another_person_confirms_and_until_then_nothing_is_told(receiver: Receiver) -> None:
    made = propose(receiver.address)
    proposer = made.endpoint.made_by
    twin = make_user(role=Role.OFFICE, person_key=proposer.person_key)
    make_person()

    for somebody in (proposer, twin):
        with pytest.raises(OutOfScope):
            confirm_endpoint(made.endpoint, actor=somebody, now=NOW)
    assert tell() == (0, 0)


def test_every_problem_of_an_endpoint_is_told_at_once() -> None:
    with pytest.raises(InvalidEndpoint) as refused:
        propose("http://events.example.cn/", label=" ", wants=("signin", "fact"))

    assert len(refused.value.problems) == 3


def test_the_secret_is_sealed_and_shown_once(receiver: Receiver) -> None:
    made = opened(receiver)
    make_person()
    tell()

    bare = made.secret.removeprefix("whsec_")
    for table in ("registry_endpoint", "registry_delivery", "audit_event"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
            assert bare not in str(cursor.fetchall())
    page = office().get(f"/registry/endpoints/{made.endpoint.handle}/").content.decode()
    assert bare not in page


# -- pages ---------------------------------------------------------------------------------------


def office() -> Client:
    client = Client()
    client.force_login(make_user(role=Role.OFFICE))
    return client


def test_the_office_proposes_confirms_and_looks_at_failures(receiver: Receiver) -> None:
    owner, first, second = make_user(role=Role.OFFICE), office(), office()
    form = {"label": "省平台", "address": receiver.address, "wants": ["subject"]}

    wrong = first.post("/registry/endpoints/new/", {**form, "owner": "nobody"})
    shown = first.post("/registry/endpoints/new/", {**form, "owner": owner.username})
    endpoint = Endpoint.objects.get()
    page = f"/registry/endpoints/{endpoint.handle}/"
    own = first.post(page, {"word": "confirm"})
    assert (wrong.status_code, own.status_code) == (422, 409)
    assert "whsec_" in shown.content.decode()
    assert second.post(page, {"word": "confirm"}).status_code == 302

    make_person()
    receiver.answers = [status(500)]
    tell()
    assert "对方答复错误" in second.get(page).content.decode()
    assert second.post(page, {"word": "anything"}).status_code == 404
    assert "省平台" in second.get("/registry/endpoints/").content.decode()
    assert Subject.objects.count() == 1


def test_the_office_sends_again(receiver: Receiver) -> None:
    made = opened(receiver)
    make_person()
    tell()
    row = Delivery.objects.get()
    address = f"/registry/endpoints/{made.endpoint.handle}/deliveries/{row.pk}/resend/"

    assert office().post(address).status_code == 302
    assert tell() == (1, 0)
