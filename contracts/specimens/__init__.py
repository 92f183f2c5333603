"""Media that the kit makes itself: what is in them is known before anybody looks."""
