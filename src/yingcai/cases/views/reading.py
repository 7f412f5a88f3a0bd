"""Pages on which some only read."""

from django.core.exceptions import PermissionDenied

from yingcai.cases.views.desk import SEATS
from yingcai.identity.access import StaffRequest


def refuse_readers(request: StaffRequest) -> None:
    """Auditors send nothing. Raises: PermissionDenied."""
    if request.method == "POST" and not request.held_roles & set(SEATS):
        raise PermissionDenied
