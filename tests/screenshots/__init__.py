"""`make screenshots`: every page as it looks today, in both languages, from the demo city."""
