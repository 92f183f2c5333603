"""Rule HEALTH: the two bodies that the vendor's own monitor reads."""


def test_livez_says_ok_without_a_space_and_without_a_key(client, conforms):
    """Rule HEALTH: the vendor's monitor matches the text."""
    answer = client.as_(None).get("/livez")

    assert (answer.status, answer.body) == (200, b'{"status":"ok"}')
    conforms(answer.json, "Liveness")


def test_health_tells_the_worker_of_each_model(client, conforms):
    """Rule HEALTH."""
    answer = client.as_(None).get("/health")

    assert answer.status == 200
    assert b'"service":"gateway"' in answer.body
    conforms(answer.json, "Health")
    assert answer.json == {
        "service": "gateway",
        "status": "ok",
        "checked_at": 1_795_370_400,
        "workers": {
            "wan-2-6": {
                "status": "ok",
                "latency_ms": 0.0,
                "models": ["wan-2-6"],
                "model_slugs": ["wan-2-6"],
            }
        },
    }


def test_health_ignores_a_bad_key(client):
    """Rule HEALTH: a monitor sends none, and any is as good."""
    assert client.as_("nonsense").get("/health").status == 200
