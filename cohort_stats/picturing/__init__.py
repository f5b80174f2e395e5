"""The numbers behind pictures: bins, boxes, densities, shares, and what befell each patient."""
