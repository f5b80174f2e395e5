"""Studies pooled: meta-analysis."""
