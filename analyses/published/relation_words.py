"""The words with which a registry relates one printed number to others."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class RelationWord:
    """A word of a relation.

    Parameters
    ----------
    arguments
        What follows it, for messages and the documentation.
    meaning
        What it says.
    least, most
        How many arguments it takes.
    """

    arguments: str
    meaning: str
    least: int = 1
    most: int = 1


MANY = 99
RELATION_WORDS: dict[str, RelationWord] = {
    "same_as": RelationWord("ADDRESS …", "the same quantity, printed elsewhere", 1, MANY),
    "percent_of": RelationWord(
        "N, or COUNT N", "this percentage is that count over that number", 1, 2
    ),
    "sum_of": RelationWord("ADDRESS …", "the sum of these", 2, MANY),
    "difference_of": RelationWord("A B", "A less B", 2, 2),
    "ratio_of": RelationWord("A B", "A over B", 2, 2),
    "complement_of": RelationWord("A", "what is left of 100% (or of 1)"),
    "linear_of": RelationWord(
        "10*A 0.005*B …", "a weighted sum, as of a score and its components", 1, MANY
    ),
    "mean_of": RelationWord(
        "A B …", "mean (and SD) of all, from those of the groups that make them up", 2, MANY
    ),
    "p_of": RelationWord(
        "A B … [by TEST]", "p of the comparison of these means or counts", 2, MANY
    ),
    "p_of_interval": RelationWord("A", "p that belongs to this estimate and interval"),
    "crude_or": RelationWord("A B", "odds ratio of A against B, from their counts", 2, 2),
    "crude_rr": RelationWord("A B", "risk ratio of A against B, from their counts", 2, 2),
    "ordered_or": RelationWord(
        "A B C …", "odds ratio per level of these in order, from their counts", 2, MANY
    ),
    "adjusted_or": RelationWord(
        "1,0=A 0,0=B …",
        "odds ratio of the first of several variables of a model, from the counts of each "
        "combination of their values",
        2,
        MANY,
    ),
    "counts_within": RelationWord(
        "N REFERENCE [EVENTS]",
        "a crude ratio with its interval that some counts of groups of these sizes give",
        2,
        3,
    ),
    "reciprocal_of": RelationWord("A", "the same ratio with the other group as reference"),
    "halves_of": RelationWord(
        "A DISTANCE", "ratio of two halves of a marker of which A is the ratio of one unit", 2, 2
    ),
    "chi_square_of": RelationWord(
        "A B … [by TEST]", "chi-square statistic that compares these counts", 2, MANY
    ),
    "p_of_chi_square": RelationWord(
        "STATISTIC DF", "p of this chi-square statistic, with its degrees of freedom", 2, 2
    ),
    "r_squared_of": RelationWord(
        "DEVIANCE EVENTS N", "pseudo-R² of a logistic model with this deviance", 3, 3
    ),
    "median_beside": RelationWord("A", "median of the values whose mean and SD A prints"),
    "measured_in": RelationWord("STEP", "mean (SD, range) of values that are multiples of this"),
    "dose_of": RelationWord("TOTAL FRACTIONS", "BED or EQD2 of this schedule", 2, 2),
    "pooled_of": RelationWord(
        "A B … [by MODEL]",
        "the pooled effect (and its interval) of these estimates with their intervals",
        2,
        MANY,
    ),
    "prediction_of": RelationWord(
        "A B … [by MODEL]", "the prediction interval of these estimates pooled", 2, MANY
    ),
    "q_of": RelationWord("A B … [by MODEL]", "Cochran’s Q of these estimates", 2, MANY),
    "i2_of_studies": RelationWord("A B … [by MODEL]", "I² of these estimates", 2, MANY),
    "tau2_of": RelationWord("A B … [by MODEL]", "τ² of these estimates", 2, MANY),
    "weight_of": RelationWord(
        "A B … [by MODEL]", "weight of A in percent when these estimates are pooled", 2, MANY
    ),
    "i2_of": RelationWord("Q STUDIES", "I² from Q and the number of studies", 2, 2),
    "p_of_q": RelationWord("Q STUDIES", "p of heterogeneity, from Q", 2, 2),
    "average_of": RelationWord(
        "A B …",
        "these estimates averaged by inverse variance, one without interval like the mean of the "
        "others",
        2,
        MANY,
    ),
    "survival_of": RelationWord(
        "N DEATHS [AT_RISK]", "Kaplan–Meier rate with so many deaths by then", 2, 3
    ),
    "weibull_of": RelationWord(
        "TIME MEDIAN", "survival at a time, of that median, if hazards have a usual shape", 2, 2
    ),
    "ratio_of_medians": RelationWord(
        "A REFERENCE", "hazard ratio of groups with these medians, if hazards are constant", 2, 2
    ),
    "ratio_of_rates": RelationWord(
        "A REFERENCE", "hazard ratio of groups with these survival rates at one time", 2, 2
    ),
    "deaths_for": RelationWord(
        "RATE N [AT_RISK]", "deaths by a time at which survival of so many is this rate", 2, 3
    ),
    "left_after": RelationWord("N DEATHS", "number at risk after so many deaths of so many", 2, 2),
    "beside_median": RelationWord("TIME MEDIAN", "survival at a time, of that median", 2, 2),
    "at_most": RelationWord("A …", "not above any of these, as a later number at risk", 1, MANY),
    "logrank_of": RelationWord("A", "log-rank p of the groups of this crude hazard ratio"),
    "sensitivity_with": RelationWord(
        "specificity=A ppv=A npv=A n=N …", "whole counts give it and these shares", 2, MANY
    ),
    "area_of": RelationWord("POSITIVES NEGATIVES", "area with its interval, of so many", 2, 2),
    "p_of_area": RelationWord("A POSITIVES NEGATIVES", "p of that area against one half", 3, 3),
    "attainable": RelationWord("N", "this share is a whole count over that number"),
    "within": RelationWord("A", "lies in this range or interval"),
}
#: Words whose arguments may be sums of cells (`A+B`), of a total of their own (`A+B/C+D`).
SUMMING = (
    "crude_or", "crude_rr", "ordered_or", "adjusted_or", "counts_within", "chi_square_of",
)  # fmt: skip
#: Words that may end with ``by`` and the name of an estimator of τ².
POOLING = ("pooled_of", "prediction_of", "q_of", "i2_of_studies", "tau2_of", "weight_of")


def references_in(word: str, argument: str) -> list[str]:
    """The references that an argument of a relation is made of."""
    # Levels stand before "=", a decimal is no sum.
    return re.split(r"[+/]", argument.rpartition("=")[2]) if word in SUMMING else [argument]
