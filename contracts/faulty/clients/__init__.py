"""Seeded client faults: one careful client, and many that are like it but for one thing."""
