import pytest

from mock_server.spend import Spend


@pytest.mark.parametrize(
    ("spend", "line"),
    [
        (Spend(), "no job was made"),
        (Spend(1, 1, 690_000), "1 job in 1 account would have cost US$ 0.69; nothing was spent"),
        (
            Spend(1200, 2, 1),
            "1,200 jobs in 2 accounts would have cost US$ 0.000001; nothing was spent",
        ),
    ],
)
def test_spend_is_told_in_one_line(spend, line):
    assert str(spend) == line


def test_spends_of_different_accounts_add_up():
    assert Spend(1, 1, 500_000) + Spend(2, 1, 250_000) == Spend(3, 2, 750_000)
    assert Spend(3, 2, 750_000).usd == 0.75
