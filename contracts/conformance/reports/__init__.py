"""The reports of what a client is fit for."""
