"""The data dictionary outside a plan: the sheet *Codebook*, and REDCap's own dictionary."""
