"""Make a video of a prompt."""

import json
import os
import time
import urllib.request


def call(path, fields=None):
    """Send fields as JSON, or a GET without any, and return the JSON of the answer."""
    request = urllib.request.Request(
        os.environ["EMPIRIOLABS_API_BASE"] + path,
        data=None if fields is None else json.dumps(fields).encode(),
        headers={
            "Authorization": "Bearer " + os.environ["EMPIRIOLABS_API_KEY"],
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def make_video(prompt, file):
    """Make a video of the prompt, save it as file and return its job."""
    job = call("/videos/generations", {"model": "wan-2-6", "prompt": prompt, "duration": 6})
    while job["status"] in ("queued", "processing"):
        time.sleep(0.1)
        job = call("/jobs/" + job["job_id"])
    urllib.request.urlretrieve(job["result"]["data"][0]["url"], file)
    return job
