"""The videos that finished jobs point to."""
