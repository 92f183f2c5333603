from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, strategies as st

from mock_server.signing import Signer

PATHS = st.from_regex(r"/media/job_[0-9a-f]{24}\.mp4", fullmatch=True)
MOMENTS = st.integers(0, 2**40)
ASCII = st.characters(min_codepoint=32, max_codepoint=126)


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


@given(PATHS, MOMENTS, st.integers(0, 2), st.integers(0, 99), st.text(ASCII, max_size=2))
def test_any_change_of_path_expires_or_sig_is_refused(path, expires, which, at, new):
    """OUT-URL."""
    sent = parts(Signer(0).url("", path, expires))
    tampered = [*sent]
    tampered[which] = sent[which][:at] + new + sent[which][at + 1 :]

    path, moment, signature = tampered
    assert Signer(0).accepts(path, moment, signature) is (tampered == [*sent])


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
