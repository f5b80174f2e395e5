"""What an unknown table holds: a profile of each column, and a dictionary drafted from it."""
