"""Numbers of regression models."""

from cohort_stats.glossary.limits import with_limits

NUMBERS: dict[str, str] = {
    "se": "standard error of the coefficient",
    "z": "coefficient over its standard error",
    "reference": "reference level: the ratio is 1 by definition",
    "global_p": "p-value of all levels of a factor together (Wald; with Firth's method "
    "penalised likelihood ratio)",
    "entered": "1 when the term entered the multivariable model, else 0",
    "log_likelihood": "log (partial) likelihood of the fitted model",
    "log_likelihood_null": "log (partial) likelihood without covariates",
    "lr_chi_square": "likelihood-ratio chi-square of the model",
    "lr_df": "its degrees of freedom",
    "lr_p": "its p-value",
    "wald_chi_square": "Wald chi-square of the model",
    "score_chi_square": "score chi-square of the model",
    "wald_p": "p-value of the Wald chi-square of the model",
    "ph_chi_square": "score chi-square of proportional hazards of a term",
    "ph_df": "its degrees of freedom",
    "ph_p": "its p-value",
    "ph_global_chi_square": "score chi-square of proportional hazards of the whole model",
    "ph_global_df": "its degrees of freedom",
    "ph_global_p": "its p-value",
    "concordance_se": "standard error of the concordance",
    "nagelkerke": "Nagelkerke's R²",
    "cox_snell": "Cox and Snell's R²",
    "mcfadden": "McFadden's R²",
    "deviance": "residual deviance",
    "term_lr_chi_square": "likelihood-ratio chi-square of a term: the model with it and without",
    "term_lr_df": "its degrees of freedom",
    "term_lr_p": "its p-value",
    "brier": "Brier score: mean squared difference of outcome and predicted probability",
    "hl_chi_square": "Hosmer–Lemeshow chi-square",
    "hl_df": "its degrees of freedom",
    "hl_p": "its p-value",
    "hl_groups": "groups of predicted probability it rests on",
    "calibration_n": "patients of a group of predicted probability",
    "calibration_events": "of them, those with the outcome",
    "calibration_predicted": "their mean predicted probability",
    "penalised_log_likelihood": "Firth's penalised log likelihood of the fitted model",
    "firth_coefficient": "Firth's penalised estimate of a coefficient",
    "firth_p": "its penalised likelihood-ratio p-value",
    "wald_df": "degrees of freedom of the Wald chi-square of the model",
    **with_limits(
        {
            "coefficient": "regression coefficient (log ratio)",
            "hazard_ratio": "hazard ratio",
            "odds_ratio": "odds ratio",
            "firth_odds_ratio": "odds ratio by Firth's penalised likelihood",
            "concordance": "share of pairs whose order in time (Harrell's C), or in outcome "
            "(area under the ROC curve), the score tells",
            "calibration_intercept": "calibration-in-the-large: intercept with the slope held at 1",
            "calibration_slope": "calibration slope: coefficient of the logit of the prediction",
            "calibration_observed": "share with the outcome in a group of predicted probability",
        }
    ),
}
