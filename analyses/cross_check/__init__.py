"""A run recomputed by lifelines, statsmodels and scikit-learn, which nothing else imports."""
