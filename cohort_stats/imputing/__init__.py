"""Missing values: where they are, whether they are missing at random, and filling them in."""
