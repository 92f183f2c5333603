"""What a video sounds like: the sound that the user sent, and silence after it."""

import io
import itertools
from array import array
from collections.abc import Iterator
from typing import TypeAlias

import av

from contracts.checks.downloads import whole_video
from contracts.exchange import Exchange
from contracts.expectation.media import AUDIO, VIDEO
from contracts.expectation.outcome import Accepted
from contracts.history import History
from contracts.model import Takes
from contracts.seen import Job
from contracts.specimens.specimen import Specimen
from contracts.verdict import Verdict, holds

RULE = "OUT-SOUND"
RATE = 8000
MARGIN_SECONDS = 0.25  # around the ends of a sound, which no codec cuts sharply
PITCH_TOLERANCE = 0.03
QUIET = 600  # of 32767

Samples: TypeAlias = "array[int]"


def video_has_the_sound_that_was_sent(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """OUT-SOUND, MEDIA-AUDIO-R2V: the track is the user's sound (t2v, i2v) or the reference video's (r2v), then silence."""
    found = whole_video(exchange, history)
    if found is None or not isinstance(found[0].outcome, Accepted):
        return
    job, content = found
    outcome = job.outcome
    assert isinstance(outcome, Accepted)
    wanted = None if _is_silenced(job) else _wanted(outcome)
    ignored = _ignored(job, outcome, history)
    if not outcome.video.has_sound or (wanted is None and ignored is None):
        return
    heard = samples_of(content)
    if wanted is not None:
        yield from _verdicts(wanted, heard)
    else:
        assert ignored is not None
        pitch = pitch_of(heard, ignored.seconds or 0)
        yield holds(
            "MEDIA-AUDIO-R2V",
            kept=not _is_near(pitch, ignored.hertz),
            pointer="sound",
            expected="not the sound of audio_url",
            received=f"{pitch:.0f} Hz",
        )


def _is_silenced(job: Job) -> bool:
    """Tell whether the user wants no sound: where there is one all the same, it is nobody's."""
    return False in (job.fields.get("audio"), job.fields.get("generate_audio"))


def _wanted(outcome: Accepted) -> Specimen | None:
    """Return the specimen that is to be heard, None where that is nobody's, or not known."""
    kind = VIDEO if outcome.mode.takes is Takes.REFERENCES else AUDIO
    for used in outcome.media:
        if used.kind == kind:
            if used.specimen is None:
                return None
            if used.specimen.hertz is not None:
                return used.specimen
    return None


def _ignored(job: Job, outcome: Accepted, history: History) -> Specimen | None:
    source = job.fields.get("audio_url")
    if outcome.mode.takes is not Takes.REFERENCES or not isinstance(source, str):
        return None
    specimen = history.specimen(source, job.account)
    return specimen if specimen is not None and specimen.hertz else None


def _verdicts(wanted: Specimen, heard: Samples) -> Iterator[Verdict]:
    seconds = wanted.seconds or 0
    pitch = pitch_of(heard, seconds)
    yield holds(
        RULE,
        kept=_is_near(pitch, wanted.hertz),
        pointer="sound",
        expected=f"the sound of {wanted.name}, {wanted.hertz} Hz",
        received=f"{pitch:.0f} Hz",
    )
    rest = heard[round((seconds + MARGIN_SECONDS) * RATE) :]
    loudest = max(map(abs, rest), default=0)
    yield holds(
        RULE,
        kept=loudest < QUIET,
        pointer="sound",
        expected=f"silence after {seconds:g} s",
        received=f"a level of {loudest / 32768:.3f}",
    )


def _is_near(pitch: float, hertz: int | None) -> bool:
    return hertz is not None and abs(pitch - hertz) <= PITCH_TOLERANCE * hertz


def pitch_of(heard: Samples, seconds: float) -> float:
    """Return the pitch of a tone that lasts the first *seconds* of *heard*, in hertz; 0 where nothing is heard."""
    tone = heard[round(MARGIN_SECONDS * RATE) : round((seconds - MARGIN_SECONDS) * RATE)]
    if max(map(abs, tone), default=0) < QUIET:
        return 0.0
    crossings = sum(before < 0 <= after for before, after in itertools.pairwise(tone))
    return crossings * RATE / len(tone)


def samples_of(content: bytes) -> Samples:
    """Return the sound of the file *content* as one channel of 16-bit samples, `RATE` of them a second; none without."""
    heard: Samples = array("h")
    resampler = av.AudioResampler("s16", "mono", RATE)
    try:
        with av.open(io.BytesIO(content), "r") as container:
            for frame in (*container.decode(audio=0), None):
                for piece in resampler.resample(frame):
                    heard.frombytes(bytes(piece.planes[0])[: 2 * piece.samples])
    except (av.FFmpegError, IndexError, ValueError):
        return array("h")
    return heard
