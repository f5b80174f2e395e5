"""``[report]``: how the packet is printed, and in which kinds of file."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from analyses.schema.words import Words, refuse_repeated

StyleName = Literal["plain", "ama", "nejm", "lancet", "mdpi", "elsevier"]
TableFile = Literal["docx", "xlsx", "html", "latex", "rtf", "markdown", "csv"]
FigureFile = Literal["svg", "pdf", "png", "eps", "tiff"]


class TableSection(Words):
    """``[[report.tables]]``: the tables of several steps made one."""

    title: str
    merge: tuple[str, ...] = ()
    stack: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> TableSection:
        if bool(self.merge) == bool(self.stack):
            raise ValueError("exactly one of merge, stack")
        if len(self.steps) < 2:
            raise ValueError(f"{'merge' if self.merge else 'stack'}: two steps or more")
        if self.headings and len(self.headings) != len(self.steps):
            raise ValueError("headings: one for each step")
        return self

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps whose tables it is made of."""
        return self.merge or self.stack


class ReportSection(Words):
    """``[report]``: the house style, the kinds of files, and how wide figures are, in mm."""

    style: StyleName = "plain"
    table_files: tuple[TableFile, ...] = Field(default=("docx", "xlsx"), min_length=1)
    figure_files: tuple[FigureFile, ...] = Field(default=("svg", "pdf", "png"), min_length=1)
    figure_width: float = Field(default=174.0, ge=80.0, le=240.0)
    tables: tuple[TableSection, ...] = ()

    @model_validator(mode="after")
    def _files_differ(self) -> ReportSection:
        for key in ("table_files", "figure_files"):
            given = getattr(self, key)
            refuse_repeated(key, zip(given), "kinds of files, each once")
        return self
