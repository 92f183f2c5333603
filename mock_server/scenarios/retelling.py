"""A job's answer, told as its scenario has it: other words, more fields, or fewer."""

from typing import Any

from mock_server.scenarios.scenario import Course


def retell(told: dict[str, Any], course: Course) -> None:
    """Change *told*, the API's JSON of a job, as *course* has it."""
    told["status"] = course.words.get(told["status"], told["status"])
    for pointer, value in course.adds.items():
        parent, name = _place(told, pointer)
        if parent is not None:
            parent[name] = value
    for pointer in course.omits:
        parent, name = _place(told, pointer)
        if parent is not None:
            parent.pop(name, None)


def _place(told: dict[str, Any], pointer: str) -> tuple[dict[str, Any] | None, str]:
    """Return the object in *told* that *pointer* leads into, None where there is none, and the name in it."""
    *steps, name = pointer.split("/")[1:]
    place: Any = told
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place and place.get(step)
    return place, name
