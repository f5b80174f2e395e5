"""What may tell who a patient is, and a copy without it."""
