"""Hostile media through the API: every answer is an answer of the contract, and nothing is left behind."""

import base64

from tests.mock_server.intake.test_fuzz import mutated

FIELDS = {"image": "image", "video": "video", "audio": "audio_url"}
FILES = 300
OUTCOMES = {
    "InvalidImage.FileFormat",
    "InvalidFile.Format",
    "InvalidFile.Duration",
    "InvalidFile.Size",
}


def test_mutated_files_complete_or_fail_their_job_and_nothing_else(make_client, tmp_path):
    """MEDIA-IMAGE-FORMAT, MEDIA-VIDEO and MEDIA-AUDIO: told with the seed, if it ever happens."""
    client = make_client(media_folder=tmp_path)
    ended = {"completed": 0, "failed": 0}
    for seed in range(FILES):
        kind, content = mutated(seed)
        source = f"data:;base64,{base64.b64encode(content).decode()}"
        if seed % 2:
            source = client.upload(content).json["path"]
        job = client.finished(**{FIELDS[kind]: source})

        assert job["status"] in ended, seed
        ended[job["status"]] += 1
        if job["status"] == "failed":
            assert job["error"]["message"].partition(": ")[0] in OUTCOMES, seed
    assert min(ended.values()) > FILES // 10
    assert [*tmp_path.glob("*/scratch/*")] == []


def test_video_of_a_mutated_picture_plays(client):
    """Whatever was let in can be made a video of."""
    played = 0
    for seed in range(60):
        kind, content = mutated(seed)
        if kind == "image":
            source = f"data:,{''.join(f'%{byte:02x}' for byte in content)}"
            job = client.finished(image=source, resolution="720p", duration=5)
            if job["status"] == "completed":
                answer = client.get(job["result"]["data"][0]["url"])
                assert (answer.status, answer.body[4:8]) == (200, b"ftyp"), seed
                played += 1
    assert played
