"""The contract of the Wan 2.6 video API: its document, and the kit that checks against it."""
