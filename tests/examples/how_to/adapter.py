import json
import sys

from my_client import ApiError, JobFailed, make_video

task = json.load(sys.stdin)
answer = {"outcome": "completed"}
try:
    answer["job_id"] = make_video(task["request"], task["output"], timeout=task["deadline_seconds"])
except JobFailed as failure:
    answer = {"outcome": "failed", "job_id": failure.job_id, "message": str(failure)}
except TimeoutError as late:
    answer = {"outcome": "timeout", "message": str(late)}
except ApiError as error:
    answer = {"outcome": "error", "error_code": error.code, "message": str(error)}
print(json.dumps(answer))
