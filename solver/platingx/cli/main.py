"""The command ``platingx``: commands, exit codes, and errors without tracebacks.

Exit codes: 0 done, 1 an error of the program, 2 bad case or command line, 3 mesh, 4 not converged, 5 restart or output,
6 a comparison came out different (verify: a problem deviates, compare: the runs differ), 128 + the number of the signal
for a run that was told to stop (143 SIGTERM, 130 SIGINT, 138 SIGUSR1, 129 SIGHUP on Linux).
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from platingx import __version__
from platingx.characters import describe_characters
from platingx.cli.click_errors import ClickException
from platingx.cli.commands.atoms import atoms
from platingx.cli.commands.bench import bench
from platingx.cli.commands.calibrate import calibrate
from platingx.cli.commands.compare import compare
from platingx.cli.commands.crack import crack
from platingx.cli.commands.criteria import criteria
from platingx.cli.commands.doctor import doctor
from platingx.cli.commands.export import export
from platingx.cli.commands.force_curves import force_curves
from platingx.cli.commands.impedance import impedance
from platingx.cli.commands.init import init
from platingx.cli.commands.interface import interface
from platingx.cli.commands.materials import materials
from platingx.cli.commands.mesh import mesh
from platingx.cli.commands.plan import plan
from platingx.cli.commands.post import post
from platingx.cli.commands.report import report
from platingx.cli.commands.run import run
from platingx.cli.commands.schema import schema
from platingx.cli.commands.study import study
from platingx.cli.commands.validate import validate
from platingx.cli.commands.verify import verify
from platingx.cli.commands.version import version
from platingx.cli.crash import report_crash, report_error
from platingx.cli.examples import first_screen
from platingx.cli.terminal import mpi_rank, say, say_error
from platingx.cli.usage import Commands, option_hint, refuse_deceptive_dashes
from platingx.compilation.notice import telling
from platingx.errors import PlatingxError

__all__ = ["app", "execute", "main"]

INTERRUPTED = 130

COLLECTED_AFTER = 100_000
"""New objects after which cycles are looked for; imports make many objects and no garbage, and searches took 0.2 s."""

app = typer.Typer(
    name="platingx",
    cls=Commands,
    help="Chemo-mechanics of alkali-metal plating and stripping at solid electrolytes.",
    epilog="Start with: platingx init my_cases, then platingx run my_cases/eruption.yaml",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    run, study, calibrate, report, validate, mesh, plan, post, crack, impedance, criteria, compare, export, materials,
    force_curves, verify, bench, init, schema, doctor, version,
):  # fmt: skip
    app.command()(command)
app.add_typer(interface)
app.add_typer(atoms, name="atoms")


def _print_version(wanted: bool) -> None:
    if wanted:
        say(f"platingx {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    version_only: Annotated[  # noqa: ARG001  (its callback has done the work)
        bool, typer.Option("--version", help="Print the version and end.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Chemo-mechanics of alkali-metal plating and stripping at solid electrolytes."""
    if context.invoked_subcommand is None:
        say(first_screen())


def execute(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; messages are printed on rank 0.

    Parameters
    ----------
    arguments : sequence of str
        What follows ``platingx`` on the command line.
    """
    try:
        refuse_deceptive_dashes(arguments)
        with telling(lambda text: say_error(f"platingx: {text}")):
            result = typer.main.get_command(app).main(args=list(arguments), prog_name="platingx", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except PlatingxError as error:
        return report_error(error)
    except ClickException as error:
        if mpi_rank() == 0:
            error.show()
            note = describe_characters(" ".join(arguments))
            for line in filter(None, (note and f"note: {note}", option_hint(error))):
                say_error(f"    {line}")
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        say_error("platingx: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        _close_quietly()
        return 0
    except Exception as error:
        return report_crash(error, arguments)


def _close_quietly() -> None:
    """Leave no second error behind when the reader of a pipe has gone (``platingx materials | head``)."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """Entry point of the command.

    What is left at the end goes back to the system with the process: taking a quarter of a million objects apart first
    took 0.45 s of the 6.7 s of the main case.
    """
    gc.set_threshold(COLLECTED_AFTER)
    exit_code = execute(sys.argv[1:])
    gc.freeze()
    sys.exit(exit_code)
