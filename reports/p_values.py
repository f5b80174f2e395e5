"""How a p-value is printed."""

from __future__ import annotations

import math

from reports.house_style import house_style

DASH = "–"  # where there is none


#: Rule of p-values -> below which value they are a bound, that bound, the bound at the other end.
_P_BOUNDS = {
    "three": (0.0005, "0.001", "0.999"),
    "two": (0.001, "0.001", "0.99"),
    "figures": (0.0001, "0.0001", "0.99"),
}


def p_value(p: float) -> str:
    """A p-value as the house style has it, rounded from full precision, never 0 or 1.

    Plain: three decimals, from ``<0.001`` to ``>0.999``.
    """
    if math.isnan(p):
        return DASH
    style = house_style()
    below, least, most = _P_BOUNDS[style.p_rule]
    text = f"<{least}" if p < below else f"{p:.{_p_decimals(p, style.p_rule)}f}"
    if text.startswith("1"):
        text = f">{most}"
    if not style.p_zero:
        text = text.replace("0.", ".", 1)
    return text.replace(".", style.decimal)


def _p_decimals(p: float, rule: str) -> int:
    if rule == "three":
        return 3
    wanted = 3 if p < 0.01 else 2
    if rule == "figures":
        wanted = min(4, 1 - math.floor(math.log10(p)))
    # Rounding must not hide that it is below 0.05.
    while wanted < 4 and (p < 0.05) != (float(f"{p:.{wanted}f}") < 0.05):
        wanted += 1
    return wanted


def p_equals(p: float) -> str:
    """A p-value in a sentence: ``p = 0.012`` or ``p < 0.001``."""
    text, style = p_value(p), house_style()
    if text == DASH:
        return f"{style.p_name} not available"
    sign, text = (text[0], text[1:]) if text[0] in "<>" else ("=", text)
    return f"{style.p_name} {sign} {text}" if style.p_spaces else f"{style.p_name}{sign}{text}"
