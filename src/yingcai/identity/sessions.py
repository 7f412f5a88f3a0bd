"""How long a session of staff lasts: 15 minutes without a request, 8 hours in all.

Times are the machine's, in whole seconds, kept in the session on the server.
"""

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=8)
WARNING = timedelta(minutes=2)  # before the end, the page asks whether to go on
# A request notes its time only when the last note is older than this: else each page would write.
NOTE_EVERY = timedelta(seconds=30)
STARTED, SEEN = "yingcai_started", "yingcai_seen"


def start(session: SessionBase, *, at: datetime) -> None:
    """Note the beginning of a signed-in session (its key has just been changed by the sign-in)."""
    session[STARTED] = session[SEEN] = int(at.timestamp())


def over(session: SessionBase, *, at: datetime) -> str:
    """Why the session is over (``idle``, ``too_long``), or an empty text while it lasts."""
    second = int(at.timestamp())
    if STARTED not in session:
        start(session, at=at)
    if second - int(session[STARTED]) > ABSOLUTE.total_seconds():
        return "too_long"
    if second - int(session.get(SEEN, 0)) > IDLE.total_seconds():
        return "idle"
    return ""


def note(session: SessionBase, *, at: datetime) -> None:
    """Note a request of the user."""
    second = int(at.timestamp())
    if second - int(session.get(SEEN, 0)) > NOTE_EVERY.total_seconds():
        session[SEEN] = second


def seconds_left(session: SessionBase, *, at: datetime) -> int:
    """Seconds until the session ends if nothing more is asked; never negative."""
    second = int(at.timestamp())
    idle_end = int(session.get(SEEN, second)) + int(IDLE.total_seconds())
    last_end = int(session.get(STARTED, second)) + int(ABSOLUTE.total_seconds())
    return max(min(idle_end, last_end) - second, 0)
