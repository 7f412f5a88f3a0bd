"""Sends events to other systems, and drops what is too old to be asked for, beside the server."""

from yingcai.audit import clock
from yingcai.identity.actions.once import forget_answers
from yingcai.registry.actions.deliveries import forget_deliveries
from yingcai.registry.sending import send_round
from yingcai.web.rounds import Rounds

SECONDS = 5
TIDY_EVERY = 720  # rounds: once an hour


class Sender(Rounds):
    """A thread of a server process. Several may run: each endpoint takes one at a time."""

    label = "event-sender"
    work = "sending events"

    def __init__(self, *, seconds: float = SECONDS) -> None:
        super().__init__(seconds=seconds)

    def round(self) -> None:
        send_round(on=clock.today())
        if self.rounds % TIDY_EVERY == 0:
            forget_deliveries(at=clock.machine_now())
            forget_answers(now=clock.machine_now())
