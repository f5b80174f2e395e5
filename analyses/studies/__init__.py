"""Studies as data: one folder each, with its plan."""
