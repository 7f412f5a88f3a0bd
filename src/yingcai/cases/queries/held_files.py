"""Which sealed files are the cases': documents of applications, and files of decisions on paper."""

from collections.abc import Collection

from yingcai.cases.models import CaseFile, PaperBatch


def files_held(names: Collection[str]) -> set[str]:
    """Of some names those that are held; a document that was taken down, or of somebody who was erased, is not."""
    documents = CaseFile.objects.filter(stored_as__in=names, removed_at=None)
    documents = documents.exclude(case__subject__standing="erased")
    papers = PaperBatch.objects.filter(stored_as__in=names)
    return {
        *documents.values_list("stored_as", flat=True),
        *papers.values_list("stored_as", flat=True),
    }
