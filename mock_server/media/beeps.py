"""The sound of the test picture, as samples: a quiet fifth, and a beep in every second."""

import math
from array import array
from fractions import Fraction

SAMPLE_RATE = 48_000

# Not on the second: a decoder rounds a track up to whole AAC frames (21 ms), and in a clip of
# whole seconds that tail must not let the next second's beep be heard.
BEEP_STARTS = Fraction(75, 1000)
BEEP_ENDS = Fraction(165, 1000)

_BEEP_HZ = 880
_BEEP_LEVEL = 0.25
_FADE_IN_SECONDS = 0.002
_FADE_OUT_SECONDS = 0.040

# Whole numbers of Hz, so that every second begins as the last one ended.
_HUM_HZ = (110, 165)
_HUM_LEVEL = 0.004


def one_second() -> bytes:
    """Return one second of one channel as native 32-bit floats; it joins itself without a click."""
    moments = (number / SAMPLE_RATE for number in range(SAMPLE_RATE))
    return array("f", (_hum(moment) + _beep(moment) for moment in moments)).tobytes()


def _hum(moment: float) -> float:
    return _HUM_LEVEL * sum(math.sin(math.tau * hz * moment) for hz in _HUM_HZ)


def _beep(moment: float) -> float:
    since, left = moment - float(BEEP_STARTS), float(BEEP_ENDS) - moment
    if since < 0 or left < 0:
        return 0.0
    envelope = min(1.0, since / _FADE_IN_SECONDS, left / _FADE_OUT_SECONDS)
    return _BEEP_LEVEL * envelope * math.sin(math.tau * _BEEP_HZ * since)
