"""Tables, figures, sentences and files: views of results, computing nothing."""

from __future__ import annotations

__all__ = ["render"]


def __getattr__(name: str) -> object:
    if name == "render":
        from reports.packet import render

        return render
    raise AttributeError(f"module 'reports' has no attribute {name!r}")
