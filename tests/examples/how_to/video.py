"""A client that waits politely, repeats what can be repeated, and gives up in time."""

import json
import os
import time
import urllib.error
import urllib.request

AGAIN = {429, 500, 502, 503}
ATTEMPTS = 5


class VideoError(Exception):
    """There is no video."""


def make_video(prompt, file, *, sleep=time.sleep, deadline=1200, **fields):
    """Make a video of the prompt, save it as file and return its job; deadline is in seconds."""
    job = call("/videos/generations", {"model": "wan-2-6", "prompt": prompt, **fields}, sleep=sleep)
    waited = 0
    while job["status"] not in ("completed", "failed", "cancelled"):
        if waited >= deadline:
            raise VideoError(f"{job['job_id']} is {job['status']} after {waited} s")
        sleep(5)
        waited += 5
        job = call("/jobs/" + job["job_id"], sleep=sleep)
    if job["result"] is None:
        raise VideoError(f"{job['job_id']} is {job['status']}: {job['error']}")
    urllib.request.urlretrieve(job["result"]["data"][0]["url"], file)
    return job


def call(path, fields=None, *, sleep):
    """Send fields as JSON, or a GET without any, and return the JSON of the answer."""
    request = urllib.request.Request(
        os.environ["EMPIRIOLABS_API_BASE"] + path,
        data=None if fields is None else json.dumps(fields).encode(),
        headers={
            "Authorization": "Bearer " + os.environ["EMPIRIOLABS_API_KEY"],
            "Content-Type": "application/json",
        },
    )
    attempts = 0
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            attempts += 1
            if error.code not in AGAIN or attempts == ATTEMPTS:
                raise VideoError(f"{error.code}: {error.read().decode()}") from None
            sleep(int(error.headers.get("Retry-After", 2**attempts)))
