"""Estimates and the limits of their intervals."""

from collections.abc import Mapping


def with_limits(estimates: Mapping[str, str]) -> dict[str, str]:
    """Each estimate, and its 95% limits: ``NAME_low`` and ``NAME_high``."""
    meanings: dict[str, str] = {}
    for name, meaning in estimates.items():
        meanings[name] = meaning
        meanings[f"{name}_low"] = f"lower 95% limit: {meaning}"
        meanings[f"{name}_high"] = f"upper 95% limit: {meaning}"
    return meanings
