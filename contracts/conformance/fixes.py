"""How to mend what a case finds: a sentence, and an example in Python that carries over to any language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fix:
    """What to do, in *text*, and how that looks in an *example*."""

    text: str
    example: str


PASS_FIELDS = Fix(
    "Send the fields that the caller gives as they are: leave out what is absent (None), and nothing that is merely false, 0 or empty.",
    "body = {name: value for name, value in request.items() if value is not None}\n"
    "post(url, data=json.dumps(body), headers={'Content-Type': 'application/json'})",
)
KEY_IN_HEADER = Fix(
    "Send the key in one header, to the host of the API alone, with every request.",
    "api = Session(headers={'Authorization': f'Bearer {key}'})\n"
    "cdn = Session()  # videos are fetched by another session, which knows no key",
)
LOOK_FIRST = Fix(
    "A submission without an answer may have made a job. Look for it in GET /v1/jobs before anything is sent again; if that "
    "does not tell, stop and say so.",
    "ids = lambda answer: {job['job_id'] for job in answer.json()['data']}\n"
    "before = ids(get('/v1/jobs'))\n"
    "try:\n"
    "    job = post('/v1/videos/generations', request)\n"
    "except ConnectionError:\n"
    "    fresh = ids(get('/v1/jobs')) - before  # one: it is ours. None: send again. More: ask a person",
)
WAIT_AS_TOLD = Fix(
    "Wait as long as Retry-After says, never less than a moment, and never beyond the deadline; without the header wait "
    "longer each time.",
    "asked = answer.headers.get('Retry-After')\n"
    "seconds = max(0.5, int(asked)) if asked and asked.isdigit() else 0.5 * 2**attempt\n"
    "sleep(min(seconds, left()))",
)
NOT_AGAIN = Fix(
    "A 4xx other than 408 and 429 is the same next time: raise it, with the code and the message of the API.",
    "if 400 <= status < 500 and status not in (408, 429):\n"
    "    raise ApiError(error['code'], error['message'])",
)
PATIENCE = Fix(
    "Take a slow answer for slow, not for lost: the time limit of a submission is a minute and more.",
    "post(url, json=request, timeout=60)",
)
POLL_ON = Fix(
    "A poll that fails says nothing of the job: 429, 5xx, a first 404, a broken connection or an answer that is no JSON are reasons to "
    "poll again, until the deadline.",
    "try:\n"
    "    job = get(poll_url).json()\n"
    "except (ConnectionError, ValueError):\n"
    "    job = None  # look again later",
)
KNOW_THE_END = Fix(
    "Only completed, succeeded, failed and cancelled are ends. Every other word, also one that you do not know, means: not yet.",
    "if status in ('completed', 'succeeded'): return job\n"
    "if status in ('failed', 'cancelled'): raise JobFailed(job['error'])\n"
    "sleep(interval)  # whatever else it is",
)
READ_LOOSELY = Fix(
    "Read the fields that you need and pass over the others; of those that may be missing, do without.",
    "progress = job.get('progress')  # may be missing, and nothing depends on it",
)
DEADLINE = Fix(
    "Give every run a deadline, check it before each wait, and hand out the job's id when it is over: the job may still be charged.",
    "if monotonic() > give_up_at:\n"
    "    raise Timeout(f'{job_id} is still {status}; go on with it, do not submit again')",
)
JOIN_URLS = Fix(
    "Resolve poll_url against the root of the API as a browser would; a base that ends in /v1 must not come twice.",
    "poll_url = urljoin('https://api.example.com/v1/', answer['poll_url'])\n"
    "if urlsplit(poll_url).netloc != urlsplit(base).netloc:\n"
    "    poll_url = f'{base}/jobs/{job_id}'  # the key stays at home",
)
STOP_POLLING = Fix(
    "Go on to the download at the first answer that tells the end.",
    "while (job := get(poll_url).json())['status'] not in ENDS:\n    sleep(interval)",
)
POLL_SLOWLY = Fix(
    "A job takes minutes: poll every few seconds, a little longer each time, and vary it.",
    "sleep(interval * uniform(0.9, 1.1))\ninterval = min(interval * 1.2, 15)",
)
TELL_WHY = Fix(
    "Pass on the error of the job or of the API: its code, its message, and whether it is worth another try.",
    "raise JobFailed(code=job['error']['code'], message=job['error']['message'], retryable=False)",
)
CHECK_URL = Fix(
    "A completed job without a URL is no video: sign its file anew, or say that it is charged and not saved.",
    "url = video.get('url') or get('/v1/files/sign', file_id=video['file_id']).json()['url']",
)
CHECK_LENGTH = Fix(
    "Count the bytes against Content-Length and look at the content type before the file gets its name.",
    "if size != int(answer.headers['Content-Length']):\n    raise Incomplete(size)",
)
FETCH_AGAIN = Fix(
    "The job is paid: fetch the file again, or the rest of it by Range and If-Range, and never submit again because of it.",
    "for attempt in range(5):\n"
    "    have = part.stat().st_size\n"
    "    headers = {'Range': f'bytes={have}-', 'If-Range': etag} if have else {}\n"
    "    answer = cdn.get(url, headers=headers)\n"
    "    mode = 'ab' if answer.status_code == 206 else 'wb'  # 200 is the whole file",
)
FRESH_URL = Fix(
    "403 means that the URL is over, not the video: ask for a fresh one by polling the job or signing the file anew.",
    "if answer.status_code == 403:\n    url = get('/v1/files/sign', file_id=file_id).json()['url']",
)
RENAME = Fix(
    "Write to another name beside it and rename once the file is whole.",
    "download(url, part := output.with_suffix('.part'))\nos.replace(part, output)",
)
LOOK_INSIDE = Fix(
    "Look whether the file is what it should be: an MP4 is a row of boxes of known length, ftyp first, moov and mdat "
    "among them, and it ends where the last box does.",
    "size, name = struct.unpack('>I4s', file.read(8))  # ftyp first; go from box to box to the very end",
)
END_WELL = Fix(
    "Print one JSON object at the end, whatever happened, and leave.",
    "print(json.dumps({'outcome': 'error', 'message': str(error)}))",
)
