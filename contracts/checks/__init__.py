"""The checks: each says what one exchange, after all that was seen before, tells of one rule or family of rules."""
