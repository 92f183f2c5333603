"""What many pages show: requests, a loop, and a file. It is here to be graded, not to be used.

The adapter of itself: one task on the standard input, one answer on the standard output.
"""

import json
import os
import sys
import time
from pathlib import Path

import requests

BASE = os.environ["EMPIRIOLABS_API_BASE"]
HEADERS = {"Authorization": f"Bearer {os.environ['EMPIRIOLABS_API_KEY']}"}
task = json.load(sys.stdin)

response = requests.post(
    f"{BASE}/videos/generations", headers=HEADERS, json=task["request"], timeout=60
)
response.raise_for_status()
job_id = response.json()["job_id"]

while True:
    job = requests.get(f"{BASE}/jobs/{job_id}", headers=HEADERS, timeout=60).json()
    if job["status"] == "completed":
        break
    if job["status"] == "failed":
        print(json.dumps({"outcome": "failed", "job_id": job_id, "message": str(job["error"])}))
        sys.exit()
    time.sleep(1)

video = requests.get(job["result"]["data"][0]["url"], timeout=60)
Path(task["output"]).write_bytes(video.content)
print(json.dumps({"outcome": "completed", "job_id": job_id}))
