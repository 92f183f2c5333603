"""The colours of the test picture, in sRGB."""

GROUND = (17, 22, 34)
FACE = (25, 32, 48)
GRID = (33, 42, 61)
MUTED = (128, 141, 166)
PAPER = (244, 241, 232)
SIGNAL = (255, 107, 74)

# Clockwise from the top left corner; no two alike, so that a flip or a turn is seen.
CORNERS = (SIGNAL, (255, 200, 87), (62, 198, 160), (92, 133, 255))
