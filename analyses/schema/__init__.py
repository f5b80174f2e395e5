"""The words of a plan file: one module a family of steps; `file` has the whole."""
