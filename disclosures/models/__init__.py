from disclosures.models.advisory import (
    Advisory,
    AffectedProduct,
    AffectedRange,
    Approval,
    Comment,
    LeakWaiver,
    Reference,
    Revision,
)
from disclosures.models.credit import Credit, CreditAnswer, CreditPlace
from disclosures.models.cve import CveRequest
from disclosures.models.publicity import PublicIssue
from disclosures.models.published import PublicStatistics, PublishedAdvisory, PublishedFile, PublishedRevision
from disclosures.models.release import Conduct, Release, RepositoryAdvisory, RuleException, Step
from disclosures.models.withdrawal import Withdrawal

__all__ = [
    "Advisory",
    "AffectedProduct",
    "AffectedRange",
    "Approval",
    "Comment",
    "Conduct",
    "Credit",
    "CreditAnswer",
    "CreditPlace",
    "CveRequest",
    "LeakWaiver",
    "PublicIssue",
    "PublicStatistics",
    "PublishedAdvisory",
    "PublishedFile",
    "PublishedRevision",
    "Reference",
    "Release",
    "RepositoryAdvisory",
    "Revision",
    "RuleException",
    "Step",
    "Withdrawal",
]
