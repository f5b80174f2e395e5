"""The same thing before and after, in the same patients."""
