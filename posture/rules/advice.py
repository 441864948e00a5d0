"""Which findings may advise: one voice, and none where somebody should look at the runner first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from posture.rules.intake import Intake, clearance, find_referral
from posture.rules.schema import Causes
from posture.rules.types import Finding


def advised(findings: Sequence[Finding], causes: Causes, intake: Intake | None) -> tuple[Finding, ...]:
    """The findings, with the plans that may be given.

    Parameters
    ----------
    findings : sequence of Finding
    causes : Causes
        Some of them come before all others: an examination before any technique. Once the runner was examined and
        cleared for running, they have nothing left to advise.
    intake : Intake or None
    """
    if find_referral(intake) is not None:
        return tuple(replace(finding, plan=None) for finding in findings)
    first = {cause.id for cause in causes.cause if cause.before_others}
    asked_for = {finding.cause for finding in findings if finding.cause in first and finding.plan is not None}
    if cleared := clearance(intake):
        return tuple(replace(f, plan=None, text=cleared) if f.cause in asked_for else f for f in findings)
    if not asked_for:
        return tuple(findings)
    return tuple(finding if finding.cause in asked_for else replace(finding, plan=None) for finding in findings)
