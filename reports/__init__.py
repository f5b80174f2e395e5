"""Tables, figures, sentences and files: views of results, computing nothing."""

from __future__ import annotations

__all__ = ["compare_packets", "render"]


def __getattr__(name: str) -> object:
    if name == "render":
        from reports.packet import render

        return render
    if name == "compare_packets":
        from reports.compared import compare_packets

        return compare_packets
    raise AttributeError(f"module 'reports' has no attribute {name!r}")
