"""``[report]``: how the packet is printed, and in which kinds of file."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from analyses.schema.words import Words, refuse_repeated

StyleName = Literal["plain", "ama", "nejm", "lancet", "mdpi", "elsevier"]
TableFile = Literal["docx", "xlsx", "html", "latex", "rtf", "markdown", "csv"]
FigureFile = Literal["svg", "pdf", "png", "eps", "tiff"]


class ReportSection(Words):
    """``[report]``: the house style, the kinds of files, and how wide figures are, in mm."""

    style: StyleName = "plain"
    table_files: tuple[TableFile, ...] = Field(default=("docx", "xlsx"), min_length=1)
    figure_files: tuple[FigureFile, ...] = Field(default=("svg", "pdf", "png"), min_length=1)
    figure_width: float = Field(default=174.0, ge=80.0, le=240.0)

    @model_validator(mode="after")
    def _files_differ(self) -> ReportSection:
        for key in ("table_files", "figure_files"):
            given = getattr(self, key)
            refuse_repeated(key, zip(given), "kinds of files, each once")
        return self
