"""How well a marker tells patients with an outcome from those without."""
