"""The scenarios: every way in which the real API has hurt somebody, each one declarative entry."""
