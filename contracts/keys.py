"""The keys of a run, by the names that requests use for them."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.exchange import Headers

LABEL = "."


@dataclass(frozen=True, slots=True)
class Keys:
    """API keys by name, such as "main" and "other"; the key of "main.x" is that of "main" with the label x.

    *labelled* tells that the target gives keys with a label the account of the key without.
    """

    by_name: Mapping[str, str]
    labelled: bool = False

    def header(self, name: str) -> Headers:
        """Return the header that sends the key of that *name*.

        Raises:
            KeyError: there is no such key.
        """
        account, dot, label = name.partition(LABEL)
        key = self.by_name[account]
        return (
            (
                "authorization",
                f"Bearer {key}{LABEL}{label}" if dot and self.labelled else f"Bearer {key}",
            ),
        )
