"""Plain numpy: arrays in, arrays out, no names and no files."""
