"""Errors in the envelope of the API, for faults to answer with."""

from collections.abc import Mapping
from typing import Any


def error(code: str, kind: str, message: str) -> Mapping[str, Any]:
    """Return the envelope of an error; *kind* is its ``type``."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


BUSY = error("rate_limit_exceeded", "rate_limit_error", "Try later.")
DOWN = error("model_unavailable", "service_unavailable_error", "No capacity.")
REVOKED = error("invalid_api_key", "authentication_error", "The API key has been revoked.")
UNKNOWN = error("job_not_found", "invalid_request_error", "No such job.")
EXPIRED = error("url_expired", "permission_error", "Over.")
