"""Whether printed numbers can be true: each check takes numbers as printed, with their rounding."""
