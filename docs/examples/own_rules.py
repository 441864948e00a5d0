from pathlib import Path

import posture
from posture.settings import RunSettings

settings = posture.Settings(run=RunSettings(rules=Path("own_rules.toml")))
analysis = posture.analyze("run.posture", settings=settings)

for finding in analysis.findings:
    print(f"{finding.title}: {finding.verdict}")
