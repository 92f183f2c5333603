"""The check of a live API: real time, real money, and nothing left running."""
