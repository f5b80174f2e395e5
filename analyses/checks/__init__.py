"""Whether the names in a plan exist, and whether what is asked for fits them."""
