from reports.models.conversation import Attachment, Message, SearchWord
from reports.models.figures import Figures, PublicFigures
from reports.models.flood import Finding, Grouping, LikenessMark
from reports.models.github import AdvisoryWatch, GitHubErrand, GitHubReport
from reports.models.grants import Grant, NeedToKnow, NeedToKnowManager, Recusal, Restriction
from reports.models.handover import HandOver
from reports.models.links import ReportLink
from reports.models.mail import InboundMail
from reports.models.openpgp import OpenPGPKey
from reports.models.patch import ChecklistItem, Invitation, ProjectFix
from reports.models.people import AccessKey, Reporter, SavedView, StagedFile
from reports.models.record import Clock, Notification, ReportChain, ReportEvent
from reports.models.report import AffectedProject, Report

__all__ = [
    "AccessKey",
    "AdvisoryWatch",
    "AffectedProject",
    "Attachment",
    "ChecklistItem",
    "Clock",
    "Figures",
    "Finding",
    "GitHubErrand",
    "GitHubReport",
    "Grant",
    "Grouping",
    "HandOver",
    "InboundMail",
    "Invitation",
    "LikenessMark",
    "Message",
    "NeedToKnow",
    "NeedToKnowManager",
    "Notification",
    "OpenPGPKey",
    "ProjectFix",
    "PublicFigures",
    "Recusal",
    "Report",
    "ReportChain",
    "ReportEvent",
    "ReportLink",
    "Reporter",
    "Restriction",
    "SavedView",
    "SearchWord",
    "StagedFile",
]
