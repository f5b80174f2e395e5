"""Numbers of a nomogram: a model drawn as scales of points."""

NUMBERS: dict[str, str] = {
    "nomogram_points": "points of a level, or of a value of a number, on a nomogram",
    "nomogram_end": "points at the least and at the greatest value of a number in the patients of "
    "the model, where its scale ends",
    "nomogram_tick": "a tick on the scale of points or of total points",
    "nomogram_most": "the most total points that a patient can have",
    "nomogram_unit": "points that stand for 1 on the scale of the linear predictor",
    "nomogram_zero": "linear predictor at 0 total points; of a Cox model less that of a patient "
    "with the mean of every column of the model",
    "nomogram_risk": "predicted risk at the total points in `level`",
    "nomogram_risk_points": "total points at which the predicted risk is the one in `level`",
    "nomogram_survival": "predicted survival at a time, at the total points in `level`",
    "nomogram_survival_points": "total points at which the predicted survival at a time is the one "
    "in `level`",
}
