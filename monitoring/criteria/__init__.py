"""The catalogue of criteria: its files, its place on record, and the way between the two."""
