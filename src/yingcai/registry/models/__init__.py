"""Every table of the registry. Values of persons are sealed; see ``registry.sealed``."""

from yingcai.registry.models.accounts import PayeeAccount
from yingcai.registry.models.counts import CountRun
from yingcai.registry.models.endpoints import Delivery, Endpoint
from yingcai.registry.models.facets import FacetEntry, FacetIndex
from yingcai.registry.models.facts import ChangeRequest, Fact, Relation
from yingcai.registry.models.imports import (
    FileKey,
    ImportBatch,
    ImportKey,
    ImportProblem,
    ImportRow,
)
from yingcai.registry.models.lists import ListExport, ListMember, SavedList
from yingcai.registry.models.merging import Duplicate, LinkageDigest, Merge
from yingcai.registry.models.privacy import Consent, Erasure, Look, Mandate
from yingcai.registry.models.registers import RegisterAnswer
from yingcai.registry.models.rights import RightsRequest
from yingcai.registry.models.subjects import Identifier, Subject, SubjectKey
from yingcai.registry.models.sweeps import Sweep

__all__ = [
    "ChangeRequest",
    "Consent",
    "CountRun",
    "Delivery",
    "Duplicate",
    "Endpoint",
    "Erasure",
    "FacetEntry",
    "FacetIndex",
    "Fact",
    "FileKey",
    "Identifier",
    "ImportBatch",
    "ImportKey",
    "ImportProblem",
    "ImportRow",
    "LinkageDigest",
    "ListExport",
    "ListMember",
    "Look",
    "Mandate",
    "Merge",
    "PayeeAccount",
    "RegisterAnswer",
    "Relation",
    "RightsRequest",
    "SavedList",
    "Subject",
    "SubjectKey",
    "Sweep",
]
