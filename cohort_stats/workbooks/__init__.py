"""Workbooks that are written: templates, the map of wrong cells, texts that look like formulas."""
