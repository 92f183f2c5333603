"""Drift: what an API publishes about itself, against the contract document."""
