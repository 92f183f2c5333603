from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, strategies as st

from mock_server.signing import Signer

PATHS = st.from_regex(r"/media/job_[0-9a-f]{24}\.mp4", fullmatch=True)
MOMENTS = st.integers(0, 2**40)


def parts(url):
    split = urlsplit(url)
    query = parse_qs(split.query)
    return split.path, query["expires"][0], query["sig"][0]


@given(st.integers(), PATHS, MOMENTS)
def test_signed_url_is_accepted_unchanged(seed, path, expires):
    """OUT-URL."""
    signer = Signer(seed)
    url = signer.url("http://127.0.0.1:8026", path, expires)

    assert url.startswith(f"http://127.0.0.1:8026{path}?expires={expires}&sig=")
    assert signer.accepts(*parts(url))


@given(PATHS, MOMENTS, st.sampled_from([0, 1, 2]), st.data())
def test_any_change_of_path_expires_or_sig_is_refused(path, expires, which, data):
    """OUT-URL."""
    signer = Signer(0)
    sent = [*parts(signer.url("", path, expires))]
    at = data.draw(st.integers(0, len(sent[which])))
    new = data.draw(st.characters(exclude_categories=["Cs"])) + data.draw(
        st.sampled_from(["", sent[which][at:][:1]])
    )
    tampered = sent[which][:at] + new + sent[which][at + 1 :]

    accepted = signer.accepts(*sent[:which], tampered, *sent[which + 1 :])

    assert accepted is (tampered == sent[which])


@pytest.mark.parametrize(
    "tamper", [str.upper, lambda sig: sig[:-1], lambda sig: f"{sig} ", lambda _: "", lambda _: "é"]
)
def test_signature_counts_to_the_letter(tamper):
    """OUT-URL."""
    path, expires, signature = parts(Signer(0).url("", "/media/job_a.mp4", 12))

    assert not Signer(0).accepts(path, expires, tamper(signature))


@given(PATHS, MOMENTS)
def test_another_secret_signs_otherwise(path, expires):
    """OUT-URL."""
    assert not Signer(1).accepts(*parts(Signer(0).url("", path, expires)))
