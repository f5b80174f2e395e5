"""Plans, and what is done with them: a study as data, run on a cohort."""

from __future__ import annotations

from importlib import import_module

_HOME = {
    "StudyPlan": "plan",
    "StudyResults": "running",
    "load_plan": "plan",
    "run": "running",
    "study_keys": "plan",
}

__all__ = sorted(_HOME)  # noqa: PLE0605


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'analyses' has no attribute {name!r}")
    return getattr(import_module(f"analyses.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
