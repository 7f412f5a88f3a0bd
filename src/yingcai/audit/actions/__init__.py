"""The acts of the audit: recording what was done."""

from yingcai.audit.actions.recording import record, record_export, request_id

__all__ = ["record", "record_export", "request_id"]
