from reports.models.conversation import Attachment, Message, SearchWord
from reports.models.figures import Figures
from reports.models.grants import Grant, NeedToKnow, NeedToKnowManager, Recusal, Restriction
from reports.models.handover import HandOver
from reports.models.people import AccessKey, Reporter, SavedView, StagedFile
from reports.models.record import Clock, Notification, ReportEvent
from reports.models.report import AffectedProject, Report

__all__ = [
    "AccessKey",
    "AffectedProject",
    "Attachment",
    "Clock",
    "Figures",
    "Grant",
    "HandOver",
    "Message",
    "NeedToKnow",
    "NeedToKnowManager",
    "Notification",
    "Recusal",
    "Report",
    "ReportEvent",
    "Reporter",
    "Restriction",
    "SavedView",
    "SearchWord",
    "StagedFile",
]
