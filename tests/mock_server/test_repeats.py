"""Bodies that come again: what is remembered of them, and for how long."""

from mock_server.repeats import LONGEST_KEPT, MOST_KEPT, Repeats
from mock_server.request import NO_MEDIA, Media, Medium, Request

POLICIES = {"submit_status": "202"}
RAW = b"{}"


def request(media: Media = NO_MEDIA) -> Request:
    return Request("wan-2-6", "t2v", "a", "720p", "16:9", 6, True, False, None, media)


def test_body_is_known_under_the_policies_that_let_it_in():
    repeats, valid = Repeats(), request()
    repeats.keep(RAW, POLICIES, valid)

    assert repeats.find(RAW, POLICIES) is valid
    assert repeats.find(RAW, {**POLICIES}) is None  # others, which may say the same by now
    assert repeats.find(b"{ }", POLICIES) is None


def test_media_are_looked_at_each_time():
    repeats = Repeats()
    repeats.keep(RAW, POLICIES, request(Media(audio=Medium("bunny://a/b", "audio_url"))))

    assert repeats.find(RAW, POLICIES) is None


def test_long_body_is_not_kept():
    repeats, longest = Repeats(), b" " * LONGEST_KEPT
    repeats.keep(longest, POLICIES, request())
    repeats.keep(longest + b" ", POLICIES, request())

    assert repeats.find(longest, POLICIES) is not None
    assert repeats.find(longest + b" ", POLICIES) is None


def test_bodies_are_few():
    repeats = Repeats()
    for number in range(MOST_KEPT + 1):
        repeats.keep(b"%d" % number, POLICIES, request())

    kept = [number for number in range(MOST_KEPT + 1) if repeats.find(b"%d" % number, POLICIES)]

    assert kept == [MOST_KEPT]


def test_same_body_again_is_another_job(client):
    jobs = [client.submit().json["job_id"] for _ in range(3)]

    assert len({*jobs}) == len(jobs)


def test_body_that_was_accepted_is_refused_under_another_policy(client):
    accepted = [client.submit(fps=60).status for _ in range(2)]
    client.patch(policies={"unknown_fields": "reject"})

    assert accepted == [202, 202]
    assert client.submit(fps=60).status == 400
