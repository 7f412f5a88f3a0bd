"""The tables of the app, by what they are about."""

from yingcai.cases.models.accounts import CaseAccount
from yingcai.cases.models.after import AwardChange, Obligation, ObligationAct
from yingcai.cases.models.bulk import BulkItem, BulkRun
from yingcai.cases.models.cases import Award, Case, CaseAct, CaseMark, CaseParty, CaseTask, Decision
from yingcai.cases.models.exceptional import ExceptionalDecision, ExceptionalSignature
from yingcai.cases.models.offers import Bundle, Qualified, QualifiedRun
from yingcai.cases.models.panels import (
    Call,
    Conflict,
    ConflictReport,
    DefenceSlot,
    Panel,
    PanelCase,
    PanelExpert,
    ScoreSheet,
)
from yingcai.cases.models.paper_cases import PaperBatch, PaperDecision, PaperProblem, PaperRow
from yingcai.cases.models.papers import CaseFile, CaseNotice
from yingcai.cases.models.versions import VersionCase, VersionMove

__all__ = [
    "Award",
    "AwardChange",
    "BulkItem",
    "BulkRun",
    "Bundle",
    "Call",
    "Case",
    "CaseAccount",
    "CaseAct",
    "CaseFile",
    "CaseMark",
    "CaseNotice",
    "CaseParty",
    "CaseTask",
    "Conflict",
    "ConflictReport",
    "Decision",
    "DefenceSlot",
    "ExceptionalDecision",
    "ExceptionalSignature",
    "Obligation",
    "ObligationAct",
    "Panel",
    "PanelCase",
    "PanelExpert",
    "PaperBatch",
    "PaperDecision",
    "PaperProblem",
    "PaperRow",
    "Qualified",
    "QualifiedRun",
    "ScoreSheet",
    "VersionCase",
    "VersionMove",
]
