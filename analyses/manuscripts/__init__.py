"""Tables and text of a manuscript, read into the structures of a registry; nothing is guessed."""
