"""The acts of the audit: recording what was done, sealing it, taking it out."""

from yingcai.audit.actions.recording import (
    by_token,
    change_key,
    record,
    record_export,
    record_sealed_export,
    request_id,
)
from yingcai.audit.actions.sealing import close_day, make_root, seal

__all__ = [
    "by_token",
    "change_key",
    "close_day",
    "make_root",
    "record",
    "record_export",
    "record_sealed_export",
    "request_id",
    "seal",
]
