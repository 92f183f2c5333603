"""Look at a medium, whatever it is and whatever is wrong with it."""

from mock_server.intake.measuring import Measured, Task, Unreadable
from mock_server.intake.recognition import HEAD_BYTES, recognise, with_article
from mock_server.intake.unfit import UnfitError

# How the reason begins why a medium cannot be used, where the medium may be fit.
DEFECT = "meets a defect of the emulator"


def look(task: Task) -> Measured | Unreadable:
    """Return what the file of *task* is, or why it cannot be used.

    Raises:
        MemoryError: it needs more memory than there is.
    """
    name = None
    try:
        name = _name(task)
        if name not in task.formats:
            raise UnfitError(_refusal(name, task.formats))
        return _measure(task, name)
    except UnfitError as error:
        return Unreadable(reason=error.reason, format=name)
    except MemoryError:
        raise
    except OSError as error:
        return Unreadable(reason=_trouble(error), format=name)
    except Exception as error:
        # What decoders raise is told as such where they are called; this is a defect of ours.
        return Unreadable(reason=f"{DEFECT}, {type(error).__name__}", format=name)


def _trouble(error: OSError) -> str:
    from mock_server.storage import FULL  # noqa: PLC0415 - rarely needed

    return (
        "finds the emulator's disk full"
        if error.errno in FULL
        else f"cannot be read: {error.strerror}"
    )


def _name(task: Task) -> str | None:
    """Return what the file is by its beginning, or in the case of an mp3 by what follows."""
    with task.path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise UnfitError(f"is empty; {', '.join(task.formats)} would do")
    name = recognise(head)
    if name is None and "mp3" in task.formats:
        from mock_server.intake.containers import is_mp3  # noqa: PLC0415 - loads FFmpeg

        return "mp3" if is_mp3(task.path) else None
    return name


def _refusal(name: str | None, formats: tuple[str, ...]) -> str:
    what = "in no format known here" if name is None else with_article(name)
    return f"is {what}; {', '.join(formats)} would do"


def _measure(task: Task, name: str) -> Measured:
    # The libraries of a kind take their time to load, and few need all of them.
    if task.kind == "image":
        from mock_server.intake.pictures import look_at_picture  # noqa: PLC0415

        return look_at_picture(task, name)
    if task.kind == "video":
        from mock_server.intake.clips import look_at_clip  # noqa: PLC0415

        return look_at_clip(task, name)
    from mock_server.intake.sounds import look_at_sound  # noqa: PLC0415

    return look_at_sound(task, name)
