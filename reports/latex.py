"""Tables as a LaTeX document: booktabs, headings repeated on each page, wide ones across."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reports.column_widths import PADDING, Laid, laid_out
from reports.house_style import italic_parts
from reports.table import Row, Table
from reports.unbroken import JOINER

NAMES = """alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho
varsigma sigma tau upsilon varphi chi psi omega
Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"""
#: Greek letters that are no letter of ours.
LETTERS = dict(zip("αβγδεζηθικλμνξπρςστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", NAMES.split(), strict=True))
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿªº", "0123456789+-=()inao", strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓ", "0123456789+-=()aeox", strict=True))
RAGGED = (r">{\raggedright\arraybackslash}", r">{\centering\arraybackslash}")
#: Signs that mean something to LaTeX, or that its usual fonts lack.
SIGNS = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "[": "{[}",  # after a line break it would open an option
    "*": "{*}",
    "\u00a0": "~",
    JOINER: "",
    **dict.fromkeys("\u2009\u200a\u2006\u202f", r"\,"),
    "−": r"$-$",
    "±": r"$\pm$",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "∞": r"$\infty$",
    "→": r"$\rightarrow$",
    "≈": r"$\approx$",
    "≠": r"$\neq$",
    "÷": r"$\div$",
    "√": r"$\surd$",
    "¬": r"$\neg$",
    "←": r"$\leftarrow$",
    "↑": r"$\uparrow$",
    "↓": r"$\downarrow$",
    "′": r"$\prime$",
    "″": r"$\prime\prime$",
    "•": r"\textbullet{}",
    "°": r"\textdegree{}",
    "‰": r"\textperthousand{}",
    "€": r"\texteuro{}",
    "£": r"\pounds{}",
    "§": r"\S{}",
    "¶": r"\P{}",
    "†": r"\dag{}",
    "‡": r"\ddag{}",
    "©": r"\textcopyright{}",
    "®": r"\textregistered{}",
    "™": r"\texttrademark{}",
    "\u212b": r"\AA{}",
    "½": r"$\frac{1}{2}$",
    "¼": r"$\frac{1}{4}$",
    "¾": r"$\frac{3}{4}$",
    "\u2126": r"$\Omega$",  # the ohm, which is not the letter
    "℃": r"\textdegree{}C",
    "㎡": r"m\textsuperscript{2}",
    "‐": "-",
    "‑": "-",
    "‒": "--",
    **{sign: rf"\textsuperscript{{{plain.replace('-', '$-$')}}}" for sign, plain in RAISED.items()},
    **{sign: rf"\textsubscript{{{plain.replace('-', '$-$')}}}" for sign, plain in LOWERED.items()},
    "–": "--",
    "—": "---",
    "…": r"\ldots{}",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "µ": r"$\mu$",
    "ο": "o",
    **{sign: f"$\\{name}$" for sign, name in LETTERS.items()},
}
PREAMBLE = r"""\documentclass[10pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{textcomp,mathptmx}
\usepackage[margin=20mm,headheight=40pt,headsep=8pt]{geometry}
\usepackage{array,booktabs,caption,longtable,pdflscape}
\captionsetup{justification=raggedright,singlelinecheck=false,labelfont=bf,labelsep=period}
\setlength{\tabcolsep}{%gmm}
\setlength{\LTleft}{0pt}
\pagestyle{myheadings}
"""


def tables_latex(tables: Sequence[Table], title: str, lead: Sequence[str]) -> bytes:
    """Write a document that compiles, or of which single tables can be taken.

    Parameters
    ----------
    tables
        In order of their numbers.
    title, lead
        Its first lines; one that begins with SYNTHETIC stands on every page.
    """
    warnings = [line for line in lead if line.startswith("SYNTHETIC")]
    parts = [PREAMBLE % (PADDING / 2), r"\begin{document}", "\\sloppy"]
    head = _escaped(" ".join([*warnings, title]))
    parts.append(rf"\markright{{\parbox[b]{{0.9\textwidth}}{{\raggedright\footnotesize {head}}}}}")
    parts += [rf"\section*{{{_escaped(title)}}}"]
    for line in lead:
        look = r"\bfseries " if line in warnings else ""
        parts.append(rf"{{\noindent {look}{_escaped(line)}\par}}")
    for table in tables:
        for part in laid_out(table):
            parts += _table(part)
    return "\n".join([*parts, r"\end{document}", ""]).encode()


def _table(laid: Laid) -> Iterator[str]:
    table = laid.table
    if laid.landscape:
        yield r"\begin{landscape}"
    yield rf"{{\fontsize{{{laid.size:g}}}{{{1.2 * laid.size:g}}}\selectfont"
    yield r"\setlength{\LTcapwidth}{\linewidth}"
    if laid.continued:
        yield r"\addtocounter{table}{-1}"
    columns = "".join(_column([w], table.flush[j]) for j, w in enumerate(laid.widths))
    yield rf"\begin{{longtable}}{{@{{}}{columns}@{{}}}}"
    words = _words(table.title) + (" (continued)" if laid.continued else "")
    label = "" if laid.continued else rf"\label{{tab:{_plain(table.key)}}}"
    yield rf"\caption{{{words}}}{label}\\"
    yield r"\toprule"
    yield from _heads(laid)
    yield r"\midrule" + "\n" + r"\endfirsthead"
    yield r"\toprule"
    yield from _heads(laid)
    yield r"\midrule" + "\n" + r"\endhead"
    for row, keep in zip(table.rows, laid.kept, strict=True):
        yield _row(row, laid.widths) + (r" \\*" if keep else r" \\")
    yield from _below(laid)
    yield r"\end{longtable}\par}"
    if laid.landscape:
        yield r"\end{landscape}"


def _below(laid: Laid) -> Iterator[str]:
    """The last rule and the notes, as rows: what stands behind a longtable may leave its page."""
    across = rf"\multicolumn{{{len(laid.widths)}}}{{@{{}}l@{{}}}}"
    width = sum(laid.widths) - PADDING
    lines = [_words(note) for note in laid.table.notes]
    lines += [rf"\textsuperscript{{{m}}}{_words(w)}" for m, w in laid.table.footnotes.items()]
    end = r" \\*[2pt]" if lines else r" \\"
    yield rf"{across}{{\rule[0.6ex]{{{width:.1f}mm}}{{\heavyrulewidth}}}}{end}"
    if lines:
        notes = r"\par ".join(lines)
        look = r"\raggedright\setlength{\parskip}{2pt}"
        yield rf"{across}{{\makebox[0pt][l]{{\parbox[t]{{\linewidth}}{{{look}{notes}}}}}}} \\"


def _column(widths: Sequence[float], flush: bool) -> str:
    """A column as wide as these together, in which words are wrapped."""
    return rf"{RAGGED[not flush]}p{{{sum(widths) - PADDING:.1f}mm}}"


def _heads(laid: Laid) -> Iterator[str]:
    table = laid.table
    for spans in table.shared():
        cells, rules = [], []
        for words, first, last in spans:
            if not words:
                cells.append("")
                continue
            look = _column(laid.widths[first : last + 1], flush=False)
            look += "@{}" * (last + 1 == len(laid.widths))  # as the last column itself
            cells.append(rf"\multicolumn{{{last - first + 1}}}{{{look}}}{{{_bold(words)}}}")
            rules.append(rf"\cmidrule(lr){{{first + 1}-{last + 1}}}")
        yield " & ".join(cells) + r" \\" + "".join(rules)
    yield " & ".join(_bold(column.label) for column in table.columns) + r" \\"


def _row(row: Row, widths: Sequence[float]) -> str:
    indent = rf"\leftskip={3 * row.indent}mm " if row.indent else ""
    if row.words_only:
        look = f"@{{}}{_column(widths, flush=True)}@{{}}"
        return rf"\multicolumn{{{len(widths)}}}{{{look}}}{{{indent}{_words(str(row.cells[0]))}}}"
    cells = []
    for cell in row.cells:
        mark = rf"\textsuperscript{{{cell.mark}}}" if cell.mark else ""
        cells.append(_words(str(cell)) + mark)
    return indent + " & ".join(cells)


def _bold(words: str) -> str:
    return rf"\textbf{{{_words(words)}}}" if words else ""


def _words(words: str) -> str:
    return "".join(
        rf"\textit{{{_escaped(part)}}}" if italic else _whole(part)
        for part, italic in italic_parts(words)
    )


def _whole(words: str) -> str:
    """Words of which those that hold a joiner stand in a box, where no line ends."""
    return "".join(
        rf"\mbox{{{_escaped(part)}}}" if JOINER in part else _escaped(part)
        for part in re.split(r"(\s)", words)
    )


def _escaped(words: str) -> str:
    return "".join(SIGNS.get(sign, sign) for sign in words)


def _plain(key: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in key)
