"""Survival curves and rates in R."""

from __future__ import annotations

import pandas as pd

from analyses.schema.survival import KaplanMeierStep
from reports.syntax.r.comparing import ADJUSTED
from reports.syntax.r.words import (
    begin,
    call,
    followed,
    grouped,
    number,
    numbers,
    quoted,
    surv,
)
from reports.syntax.study import Study


def kaplan_meier_r(step: KaplanMeierStep, study: Study) -> list[str]:
    """Curves, medians, survival at times, and the tests that compare groups."""
    scene, times = study.scene_of(step), study.times(step.endpoint)
    groups, by, levels = grouped(study, step)
    strata = [study.name(step.strata)] if step.strata else []
    lines = [*begin(study, step), *groups, followed(study, step.endpoint)]
    if step.landmark is not None:
        lines += _landmark(step, study)
    if step.landmark is not None and times.entry:
        names = f"Surv({times.time}, {times.status} == 1)"
    else:
        names = surv(study, step.endpoint)
    lines += _curves(step, study, names, by)
    if by and len(levels) > 1:
        sets = step.how_sets(study.plan.file)
        if scene.weights is not None or (scene.sets is not None and sets == "robust"):
            lines += _robust(step, study, names, by)
        else:
            if scene.sets is not None and sets == "strata":
                strata = [study.sample(step.on)[2]]
            lines += _tests(step, study, names, by, strata)
    if step.rmst is not None:
        tau = {} if step.rmst == "common" else {"tau": number(float(step.rmst))}
        both = ["all", "by_group"] if by else ["all"]
        lines += ["", call("agrees_rmst", quoted(f"{step.id}/rmst"), *both, **tau)]
    return lines


def _landmark(step: KaplanMeierStep, study: Study) -> list[str]:
    names, at = study.times(step.endpoint), number(float(step.landmark or 0))
    gone = f"d${names.time} <= {at}"
    lines = [f"event <- d${names.status} == 1"]
    late = ""
    if names.entry:
        lines.append(f"late <- !({gone}) & d${names.entry} > {at}")
        late = " & !late"
    return [
        *lines,
        call(
            "agrees", quoted(f"{step.id}/landmark"), landmark=at, n=f"sum(!({gone}){late})",
            events_before=f"sum({gone} & event)", censored_before=f"sum({gone} & !event)",
            entered_after="sum(late)" if late else "0",
        ),
        f"d <- subset(d, {names.time} > {at}{f' & {names.entry} <= {at}' if late else ''})",
        f"d${names.time} <- d${names.time} - {at}",
    ]  # fmt: skip


def _curves(step: KaplanMeierStep, study: Study, names: str, by: str) -> list[str]:
    conventions, analysis = study.plan.conventions, f"{step.id}/curves"
    status = study.times(step.endpoint).status
    reverse = names.replace(f"{status} == 1", f"{status} == 0")
    shared = f"data = d, conf.type = {quoted(conventions.survival_interval)}"
    weighted = _weights(step, study)
    lines, both, asked = [], [], dict[str, str]()
    for part, right in (("all", "1"), *([("by_group", by)] if by else [])):
        lines += [f"{part} <- survfit({names} ~ {right}, {shared}{weighted})", part]
        lines.append(f"reverse_{part} <- survfit({reverse} ~ {right}, {shared})")
        both += [part, f"reverse_{part}"]
        if weighted:
            lines.append(f"counts_{part} <- survfit({names} ~ {right}, {shared})")
            asked[f"counts_{part.removesuffix('_group')}"] = f"counts_{part}"
    if step.times:
        asked["times"] = numbers(step.times)
        lines.append(f"summary({both[-2]}, times = {asked['times']}, extend = TRUE)")
    found = study.numbers(analysis)
    at = found.loc[found["statistic"] == "at_risk", "time"]
    if len(at):
        asked["risk_times"] = numbers(dict.fromkeys(map(float, pd.unique(at))))
    if step.quantiles:
        asked["quantiles"] = numbers(step.quantiles)
    if conventions.flat_survival != "midpoint":
        asked["flat"] = quoted(conventions.flat_survival)
    if conventions.quantile_interval == "symmetric" and not weighted:
        asked["symmetric"] = "TRUE"
    entry = study.times(step.endpoint).entry if step.landmark is None else ""
    if entry:
        asked["late"] = "TRUE"
    lines.append(call("agrees_curves", quoted(analysis), *both, **asked))
    if entry:
        about = [f"d${entry}", f"d${study.times(step.endpoint).time}", *([f"d${by}"] if by else [])]
        lines.append(call("agrees_late_entry", quoted(analysis), *about))
    return lines


def _weights(step: KaplanMeierStep, study: Study) -> str:
    """Weights, and the sets that make the variance robust, as arguments of survfit()."""
    weight, sets = study.sample(step.on)[1:] if step.on else ("", "")
    if not weight:
        return ""
    together = f", cluster = {sets}" if sets and step.sets != "independent" else ""
    return f", weights = {weight}{together}, robust = TRUE"


def _robust(step: KaplanMeierStep, study: Study, names: str, by: str) -> list[str]:
    """The log-rank statistic with the sandwich variance of patients or matched sets."""
    _, weight, sets = study.sample(step.on)
    sets = sets if step.sets != "independent" else ""
    more = f", weights = {weight}" if weight else ""
    lines = [] if sets else ["d$patient <- seq_len(nrow(d))"]
    analysis = quoted(f"{step.id}/log-rank")
    lines += [
        f"model <- coxph({names} ~ {by}, data = d, ties = \"breslow\"{more}, "
        f"cluster = {sets or 'patient'}, robust = TRUE)",
        "df <- length(coef(model))",
        call(
            "agrees", analysis, chi_square="model$rscore", df="df",
            p="pchisq(model$rscore, df, lower.tail = FALSE)",
        ),
    ]  # fmt: skip
    if weight:
        names_of = study.times(step.endpoint)
        about = [f"d${names_of.time}", f"d${names_of.status} == 1", f"d${by}", f"d${weight}"]
        return [*lines, call("agrees_weighted_events", analysis, *about)]
    lines.append(f"test <- survdiff({names} ~ {by}, data = d)")
    lines.append(
        call("agrees", analysis, group=f"levels(d${by})", observed="test$obs", expected="test$exp")
    )
    return lines


def _tests(
    step: KaplanMeierStep, study: Study, names: str, by: str, strata: list[str]
) -> list[str]:
    times = study.times(step.endpoint)
    plain = step.weights == "log-rank" and not (times.entry and step.landmark is None)
    if plain:
        formula = f"{names} ~ {by}" + "".join(f" + strata({s})" for s in strata)
        lines = [f"test <- survdiff({formula}, data = d)", "test", "test <- logrank(test)"]
        pair = f"function(two) logrank(survdiff({formula}, data = subset(d, {by} %in% two)))"
    else:
        weights = step.weights
        given = quoted(weights) if isinstance(weights, str) else numbers(map(float, weights))
        entry = [f"entry = {times.entry}"] if times.entry and step.landmark is None else []
        how = ", ".join([given, *(f"strata = {s}" for s in strata), *entry])
        code = f"weighted_logrank({times.time}, {times.status} == 1, {by}, {how})"
        lines = [f"test <- with(d, {code})", 'test[c("chisq", "df", "p")]']
        pair = f"function(two) with(subset(d, {by} %in% two), {code})"
    groups = f"levels(d${by})"
    lines.append(call("agrees_logrank", quoted(f"{step.id}/log-rank"), "test", groups))
    if step.trend:
        lines.append(call("agrees_trend", quoted(f"{step.id}/trend"), "test", groups))
    if step.pairwise is not None:
        how = quoted(ADJUSTED.get(step.pairwise, "none"))
        analysis = quoted(f"{step.id}/pairwise")
        lines.append(call("pairwise_logrank", analysis, groups, pair, how))
    if step.differences:
        analysis = quoted(f"{step.id}/differences")
        lines.append(call("agrees_differences", analysis, "by_group", numbers(step.times)))
    return lines
