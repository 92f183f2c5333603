"""The media that requests bring along, each really looked at."""
