"""The command line: ``cohort-stats``. Imports what a command needs, when it needs it."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reports.commands.audit import audit
from reports.commands.check import PROBLEMS, Problems, Workbook, check, read_checked
from reports.commands.compare import compare
from reports.commands.curve import curve
from reports.commands.describe import describe
from reports.commands.dictionary import codebook
from reports.commands.new import new
from reports.commands.replicate import replicate
from reports.commands.simulate import simulate
from reports.commands.studies import studies

if TYPE_CHECKING:
    from analyses.plan import StudyPlan
    from cohort_stats.cohort import Cohort

app = typer.Typer(
    help="A cohort workbook and a plan file in; a checked cohort and a manuscript packet out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(new)
app.command()(describe)
app.command()(studies)
# A short process that mostly imports and works on small cohorts: fewer sweeps of the garbage
# collector, and no threads of linear algebra, which would cost more to wake than they save.
gc.set_threshold(50_000, 20, 20)
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
Study = Annotated[str, typer.Option("--study", help="Key of a study, or path of a plan file.")]


@app.command()
def template(
    study: Annotated[str, typer.Argument(help="Key of a study, or path of a plan file.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The workbook to write.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file.")] = False,
) -> None:
    """Write an empty workbook to fill in."""
    from cohort_stats.wording import ONE
    from cohort_stats.workbooks.template import write_template

    with told_to_the_user():
        plan = _plan(study)
    target = output or Path(f"{plan.key}_template.xlsx")
    if target.suffix.lower() != ".xlsx":
        _stop(f"A template is a workbook: name a file that ends in .xlsx, not '{target.name}'.")
    if target.exists() and not overwrite:
        _stop(f"'{target}' exists already; name another file with -o, or add --overwrite.")
    source = f"For the plan '{plan.key}', fingerprint {plan.fingerprint}."
    title, noun = plan.file.study.title, plan.file.noun
    write_template(plan.dictionary, target, title=title, remarks=(source,), rows=noun)
    typer.echo(f"Wrote {target}: one row a {ONE[noun]}, {len(plan.dictionary)} columns.")


app.command()(codebook)


app.command()(compare)


app.command()(check)


app.command()(replicate)
app.command()(audit)
app.command()(simulate)
app.command()(curve)


@app.command()
def run(
    workbook: Workbook,
    study: Study,
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to make.")],
    problems: Problems = PROBLEMS,
    cross_check: Annotated[
        bool,
        typer.Option(
            "--cross-check",
            help="Recompute by lifelines, statsmodels and scikit-learn, and compare.",
        ),
    ] = False,
    with_data: Annotated[
        bool,
        typer.Option(
            "--with-data",
            help="Put the analysed patients into the packet, for its R and SPSS syntax.",
        ),
    ] = False,
) -> None:
    """Analyse a cohort and write its manuscript packet."""
    from data_templates.recognised import marked_again
    from reports.telling import tell_about

    start = time.perf_counter()
    with told_to_the_user():
        plan = _plan(study)
        _check_target(output)
        cohort = read_checked(workbook, plan.dictionary, plan.file.study.sheet, problems)
        cohort = marked_again(cohort, plan)
        tell_about(cohort, plan.file.noun)
        _make_packet(cohort, plan, output, start, cross_check=cross_check, with_data=with_data)


@app.command()
def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to make.")] = Path(
        "demo"
    ),
) -> None:
    """Show the whole way on 686 real patients: workbook, check, analysis, packet."""
    from data_templates.gbsg2 import write_gbsg2

    start = time.perf_counter()
    with told_to_the_user():
        _check_target(output / "packet")
        workbook = write_gbsg2(output / "gbsg2_cohort.xlsx")
        typer.echo(f"Wrote the workbook of the German Breast Cancer Study Group 2: {workbook}")
        plan = _plan("gbsg2")
        sheet = plan.file.study.sheet
        cohort = read_checked(workbook, plan.dictionary, sheet, output / "problems.xlsx")
        _make_packet(cohort, plan, output / "packet", start)


@contextmanager
def told_to_the_user() -> Iterator[None]:
    """End with exit status 1 and the problems of an input; let bugs show as bugs."""
    from cohort_stats.problem import InputError
    from reports.target import NotAPacket
    from reports.telling import list_problems

    try:
        yield
    except InputError as wrong:
        list_problems(wrong)
        raise typer.Exit(1) from None
    except NotAPacket as wrong:
        _stop(str(wrong))


def _plan(study: str) -> StudyPlan:
    from analyses.plan import load_plan

    return load_plan(study)


def _check_target(folder: Path) -> None:
    from reports.target import check_target

    check_target(folder)


def _make_packet(
    cohort: Cohort,
    plan: StudyPlan,
    folder: Path,
    start: float,
    *,
    cross_check: bool = False,
    with_data: bool = False,
) -> None:
    from analyses.running import run as run_plan
    from cohort_stats.wording import counted, counted_rows
    from reports.packet import render
    from reports.telling import tell_refused, tell_undone

    with progress() as say:
        results = run_plan(cohort, plan, progress=say, cross_check=cross_check)
        packet = render(results, folder, with_data=with_data, progress=say)
    seconds = time.perf_counter() - start
    tell_refused(results.derived, results.cohort.dictionary)
    tell_undone(results)
    if results.cross_check is not None:
        from reports.cross_check import cross_check_lines

        for line in cross_check_lines(results.cross_check):
            typer.echo(line)
    made = [counted(packet.tables, "table"), counted(packet.figures, "figure")]
    made.append(counted(packet.numbers, "number"))
    size = counted_rows(len(results.cohort), plan.file.noun)
    typer.echo(f"Made {', '.join(made)} from {size} in {seconds:.1f} s:")
    for name in sorted({Path(file).parts[0] for file in packet.files}):
        typer.echo(f"  {folder / name}")
    if with_data:
        typer.echo("syntax/cohort.csv holds patients’ data: take it out before you pass this on.")


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Say what is being done: on one changing line at a terminal, else a line each."""
    if not sys.stderr.isatty():
        yield lambda title: typer.echo(f"  {title}", err=True)
        return
    from rich.console import Console

    with Console(stderr=True).status("Starting") as status:
        yield status.update


def _stop(words: str) -> None:
    from reports.telling import say

    say(words, err=True)
    raise typer.Exit(1)
