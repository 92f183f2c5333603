"""What a shared state costs beside memory, and what a second process gives."""
