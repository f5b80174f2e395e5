"""``cohort-stats studies``: the studies that come with the program, and what each needs."""

from __future__ import annotations

from collections.abc import Iterator

import typer


def studies() -> None:
    """List the studies that come with the program."""
    from analyses.plan import study_keys
    from analyses.published.reading import published_keys

    for key in sorted({*study_keys(), *published_keys()}):
        typer.echo(key)
        for line in _lines(key):
            typer.echo(f"  {line}")
        typer.echo("")


def _lines(key: str) -> Iterator[str]:
    """What a study asks and how, from its plan or its registry."""
    from analyses.plan import load_plan, study_keys
    from analyses.published.reading import load_published, published_keys

    published = load_published(key) if key in published_keys() else None
    if key in study_keys():
        study = load_plan(key).file.study
        yield from (study.title, study.question, study.design)
    elif published is not None:
        paper = published.file.paper
        yield from (line for line in (paper.title, paper.question, paper.design) if line)
    if published is None:
        return
    paper = published.file.paper
    if paper.n:
        yield f"n = {paper.n}"
    if paper.methods:
        yield f"Methods: {', '.join(paper.methods)}"
    if paper.needs and key in study_keys():
        yield f"On your patients needs: {paper.needs}"
    yield f"From print alone: {len(published)} numbers (cohort-stats replicate {key})"
