"""The command line: parses, calls, prints. One module a command; what a command works with is imported as it runs."""

from posture.cli.analyze import analyze
from posture.cli.app import app
from posture.cli.batch import batch
from posture.cli.compare import compare
from posture.cli.doctor import doctor
from posture.cli.examples import add_examples
from posture.cli.export import export
from posture.cli.forget import forget
from posture.cli.group import main, run
from posture.cli.history import history
from posture.cli.intake import intake
from posture.cli.live import live
from posture.cli.models import models
from posture.cli.plot import plot
from posture.cli.reference import reference
from posture.cli.report import report
from posture.cli.selftest import selftest
from posture.cli.settings import settings

for _command in (
    analyze,
    compare,
    batch,
    history,
    report,
    plot,
    export,
    models,
    intake,
    reference,
    live,
    app,
    forget,
    settings,
    doctor,
    selftest,
):
    main.add_command(_command)
add_examples(main)

__all__ = ["main", "run"]
