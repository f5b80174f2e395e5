"""Time to an event: curves, tests, rates, competing events."""
