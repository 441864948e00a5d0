"""From drift to the causes of the source article: rules as data, three-valued, explained."""

from posture.rules.asking import ask
from posture.rules.engine import judge, leading, trailing
from posture.rules.intake import Intake, Referral, clearance, find_referral, load_intake
from posture.rules.loading import load_causes
from posture.rules.questions import Urgency
from posture.rules.schema import Causes
from posture.rules.types import Condition, Confidence, Finding, Plan, Role, Verdict

__all__ = [
    "Causes",
    "Condition",
    "Confidence",
    "Finding",
    "Intake",
    "Plan",
    "Referral",
    "Role",
    "Urgency",
    "Verdict",
    "ask",
    "clearance",
    "find_referral",
    "judge",
    "leading",
    "load_causes",
    "load_intake",
    "trailing",
]
