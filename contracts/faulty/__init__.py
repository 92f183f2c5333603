"""Seeded server faults: each an ASGI wrapper that makes a sound API break one rule, to see whether that is found."""
