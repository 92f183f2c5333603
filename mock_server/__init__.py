"""wan-mock: an offline test double of the Wan 2.6 video API."""

__version__ = "0.1.0"
