import json
import sys

from my_client import ApiError, JobFailed, make_video

task = json.load(sys.stdin)
answer = {"outcome": "completed"}
try:
    answer["job_id"] = make_video(task["request"], task["output"], timeout=task["deadline_seconds"])
except (JobFailed, ApiError, TimeoutError) as end:
    outcomes = {JobFailed: "failed", TimeoutError: "timeout"}
    answer = {"outcome": outcomes.get(type(end), "error"), "message": str(end)}
    for name in ("job_id", "error_code", "retryable"):  # what your client tells of an end
        answer[name] = getattr(end, name, None)
print(json.dumps(answer))
