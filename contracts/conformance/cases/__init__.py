"""The cases, by family."""
