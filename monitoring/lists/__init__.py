"""Groups, children and school years: who is where, when, and how a new year begins."""
