"""Describing patients and comparing groups of them."""
