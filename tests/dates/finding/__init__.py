"""The screen that finds a date, seen by the secretary who uses it."""
