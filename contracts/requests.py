"""The requests that the steps of a script stand for, once their names are known."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from contracts.exchange import Headers, Sent, json_request
from contracts.forms import form
from contracts.history import History
from contracts.reading import path_of, videos
from contracts.script import (
    ETAG,
    Call,
    Control,
    Download,
    Follow,
    OnJob,
    Sign,
    Step,
    Submit,
    Upload,
)

Names = dict[str, str]

CONTROL = "control"


class Requests:
    """Makes requests from steps, by what *history* has of the jobs and uploads that they name."""

    def __init__(self, history: History) -> None:
        """Ask the operations of the contract of *history*."""
        self._history = history
        self._operations = history.contract.api.operations

    def of(self, step: Step, names: Names) -> Sent | None:
        """Return the request of *step*; None where it names what there is not, or is for an emulator and there is none."""
        match step:
            case OnJob():
                return self._on_job(step, names)
            case Call():
                return step.sent
            case Control() if self._history.is_emulator:
                return json_request(CONTROL, step.method, step.path, step.fields, key=step.key)
            case Submit():
                return self._submit(step, names)
            case _:
                return self._of_file(step, names)

    def _of_file(self, step: Step, names: Names) -> Sent | None:
        match step:
            case Download():
                return self._download(step, names)
            case Upload():
                return self._upload(step)
            case Sign():
                return self._sign(step, names)
            case _:
                return None

    def poll(self, step: Follow, names: Names) -> Sent | None:
        """Return a poll of the job of *step*."""
        return self._on_job(OnJob(operation="job", job=step.job, key=step.key), names)

    def _submit(self, step: Submit, names: Names) -> Sent | None:
        fields = dict(step.fields)
        for field, name in step.files.items():
            file = self._history.files.get(names.get(name, ""))
            if file is None:
                return None
            fields[field] = [file.path] if _is_array(field, self._history) else file.path
        path = self._operations["submit"].path
        return json_request("submit", "POST", path, fields, key=step.key)

    def _on_job(self, step: OnJob, names: Names) -> Sent | None:
        job_id = names.get(step.job)
        if job_id is None:
            return None
        known = self._operations[step.operation]
        return Sent(
            operation=known.id,
            method=known.method,
            target=known.path.replace("{job_id}", quote(job_id, safe="")),
            key=step.key,
            headers=step.headers,
            body=step.body,
        )

    def _upload(self, step: Upload) -> Sent:
        known = self._operations["upload"]
        headers, body = form(known.form or "file", step.name, step.content_type, step.content)
        return Sent(
            operation=known.id,
            method=known.method,
            target=known.path,
            key=step.key,
            headers=headers,
            body=body,
        )

    def _sign(self, step: Sign, names: Names) -> Sent | None:
        id_ = names.get(step.of, "")
        file_id = id_ if id_ in self._history.files else self._video(id_).get("file_id")
        if not isinstance(file_id, str):
            return None
        known = self._operations["sign"]
        target = f"{known.path}?file_id={quote(file_id, safe='')}"
        return Sent(operation=known.id, method=known.method, target=target, key=step.key)

    def _download(self, step: Download, names: Names) -> Sent | None:
        target = self._url(names.get(step.job, ""), is_signed=step.signed)
        headers = self._tagged(step, names)
        if target is None or headers is None:
            return None
        if step.spoil is not None:
            target = target.replace(*step.spoil, 1)
        return Sent(
            operation="download", method=step.method, target=target, key=None, headers=headers
        )

    def _tagged(self, step: Download, names: Names) -> Headers | None:
        """Return the headers of *step*, None where they name the tag of a video that has none yet."""
        if not any(ETAG in value for _, value in step.headers):
            return step.headers
        job = self._history.jobs.get(names.get(step.job, ""))
        if job is None or job.etag is None:
            return None
        tag = job.etag
        return tuple((name, value.replace(ETAG, tag)) for name, value in step.headers)

    def _url(self, id_: str, *, is_signed: bool) -> str | None:
        seen = self._history.files.get(id_) or self._history.jobs.get(id_)
        if seen is None:
            return None
        if is_signed:
            return next(reversed(seen.signed), None)
        url = (
            self._history.files[id_].url
            if id_ in self._history.files
            else self._video(id_).get("url")
        )
        return url if path_of(url) else None

    def _video(self, job_id: str) -> Mapping[str, Any]:
        job = self._history.jobs.get(job_id)
        told = [] if job is None or job.last is None else videos(job.last)
        return told[0] if told else {}


def _is_array(field: str, history: History) -> bool:
    model = next(iter(history.contract.models.values()))
    return bool(model.properties[field]["type"] == "array")
