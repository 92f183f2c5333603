"""The requests that the steps of a script stand for, once their names are known."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from contracts.exchange import Sent, json_request
from contracts.forms import form
from contracts.history import History
from contracts.reading import path_of, videos
from contracts.script import Call, Control, Download, Follow, OnJob, Sign, Step, Submit, Upload

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
                return self._on_job(step.operation, names.get(step.job), step.key)
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
        return self._on_job("job", names.get(step.job), step.key)

    def _submit(self, step: Submit, names: Names) -> Sent | None:
        fields = dict(step.fields)
        for field, name in step.files.items():
            file = self._history.files.get(names.get(name, ""))
            if file is None:
                return None
            fields[field] = [file.path] if _is_array(field, self._history) else file.path
        path = self._operations["submit"].path
        return json_request("submit", "POST", path, fields, key=step.key)

    def _on_job(self, operation: str, job_id: str | None, key: str | None) -> Sent | None:
        if job_id is None:
            return None
        known = self._operations[operation]
        target = known.path.replace("{job_id}", quote(job_id, safe=""))
        return Sent(operation=operation, method=known.method, target=target, key=key)

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
        if target is None:
            return None
        if step.spoil is not None:
            target = target.replace(*step.spoil, 1)
        return Sent(
            operation="download", method=step.method, target=target, key=None, headers=step.headers
        )

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
