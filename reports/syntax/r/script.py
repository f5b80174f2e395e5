"""The R script as a whole: head, data, a section a step, agreement."""

from __future__ import annotations

from reports.syntax.cohort_csv import codes_of, is_study
from reports.syntax.r import MAKERS, REASONS
from reports.syntax.r.words import commented, exactly, not_repeated, quoted, texts, vector
from reports.syntax.study import IDENTIFYING, Study
from reports.syntax.words import COLUMN_WORDS, dictionary_lines, head_lines

#: Package -> what in the script asks for it.
PACKAGES = {
    "survival": ("Surv(", "clogit("),
    "pROC": ("roc(", "agrees_performance("),
    "MASS": (
        "describe_", "_logrank(", "agrees_paired(", "agrees_transition(", "agrees_within_pairs(",
        "agrees_firth(",
    ),
    "sandwich": ("sandwich::",),
    "brglm2": ("brglmFit",),
    "ordinal": ("clm(",),
    "cmprsk": ("cuminc(", "crr("),
    "prodlim": ("agrees_time_areas(",),
    "riskRegression": ("agrees_time_areas(",),
    "maxstat": ("maxstat.test(",),
    "metafor": ("pooling(",),
    "Hmisc": ("Hmisc::",),
    "mice": ("mice(",),
}  # fmt: skip
#: Packages that are called by their name and need not be attached.
CALLED = ("MASS", "sandwich", "Hmisc")


def r_script(study: Study) -> str:
    """The script, which repeats the analyses of a study in R."""
    sections = [line for step in study.results.steps for line in _section(study, step.step)]
    code = "\n".join(sections)
    packages = [p for p, signs in PACKAGES.items() if any(sign in code for sign in signs)]
    lines = [*(f"# {line}".rstrip() for line in head_lines(study, "R")), "#"]
    if packages:
        lines.append(f"# Packages: install.packages({texts(packages)})")
    lines += commented(
        "Run it in this folder: setwd() to it, or `Rscript analysis.R` in a terminal there. The "
        "functions that begin with agrees_ print R’s numbers beside those of ../results.csv; they "
        "stand in compare.R, as do the formulas for which R has no function. An analysis that ends "
        "with an error is told, and the next one follows; the exit status is then 1."
    )
    lines += ["", *_attached(packages), *_read(study), ""]
    lines += sections
    lines += ["", "# ---- How many numbers agree ----", *_everywhere(), "report_agreement()"]
    return "\n".join(lines) + "\n"


def _attached(packages: list[str]) -> list[str]:
    lines = [f"suppressPackageStartupMessages(library({p}))" for p in packages if p not in CALLED]
    lines.append('options(contrasts = c("contr.treatment", "contr.treatment"))')
    lines.append('if (!file.exists("cohort.csv"))')
    lines.append(
        '  stop("cohort.csv is not here. It holds the data of patients, so that a packet has it '
        'only on demand: cohort-stats run ... --with-data")'
    )
    return [*lines, 'source("compare.R", encoding = "UTF-8")']


def _read(study: Study) -> list[str]:
    lines = ["", "# ---- The analysed patients ----", "#"]
    lines += [f"# {line}".rstrip() for line in (*COLUMN_WORDS, *dictionary_lines(study))]
    lines.append('patients <- read.csv("cohort.csv", na.strings = "", encoding = "UTF-8")')
    for name in study.variables:
        variable = study.variable(name)
        if variable.is_categorical:
            codes = codes_of(study, name)
            column = f"patients${study.name(name)}"
            listed = vector([str(code) for code in codes.values()])
            if len(codes) > 2:
                listed = f"{min(codes.values())}:{max(codes.values())}"
            lines.append(f"{column} <- factor({column}, levels = {listed},")
            lines.append(f"{' ' * (len(column) + 11)}labels = {texts(codes)})")
        elif variable.type in IDENTIFYING and is_study(study, name):
            lines.append(
                f"patients${study.name(name)} <- as.character(patients${study.name(name)})"
            )
    return lines


def _section(study: Study, step: object) -> list[str]:
    from analyses.schema.step import StepSection

    assert isinstance(step, StepSection)
    lines = ["", f"# ---- {step.id}: {step.title} ----"]
    if step.missing == "imputed":
        from reports.syntax.r.missing import imputed_r

        return [*lines, *imputed_r(step, study)]
    if step.kind not in MAKERS:
        why = REASONS.get(step.kind, "")
        return [*lines, *commented(why), not_repeated(exactly(step.id), "", why)]
    code = [f'cat({quoted(step.title)}, "\\n")', *MAKERS[step.kind](step, study)]
    return [*lines, f"analysis_step({quoted(step.id)}, {{", *code, "})"]


def _everywhere() -> list[str]:
    own = "counts of the packet’s own making: patient flow, derived and imputed variables"
    return [not_repeated("^(flow|derived|imputation)$", "", own)]
