"""The keys of a run, by the names that requests use for them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from contracts.exchange import Answer, Exchange, Headers, key_pair

LABEL = "."


@dataclass(frozen=True, slots=True)
class Keys:
    """API keys by name, such as "main" and "other"; the key of "main.x" is that of "main" with the label x.

    *labelled* tells that the target gives keys with a label the account of the key without.
    """

    by_name: Mapping[str, str]
    labelled: bool = False

    def hidden(self, exchange: Exchange) -> Exchange:
        """Return *exchange* with a star for each letter of a key wherever its answer, or what hindered it, repeats one.

        Targets may echo what they are sent, and nothing made of an exchange can give a key away.
        """
        for text in self._spellings:
            exchange = _hidden(exchange, text)
        return exchange

    @property
    def _spellings(self) -> list[str]:
        """The keys, and each as it is quoted and without blanks around it; the longest first."""
        keys = self.by_name.values()
        every = {text for key in keys for text in (key, repr(key)[1:-1], key.strip())}
        return sorted(every, key=len, reverse=True)

    def header(self, name: str, header: str) -> Headers:
        """Return the *header* that sends the key of that *name*.

        Raises:
            KeyError: there is no such key.
        """
        account, dot, label = name.partition(LABEL)
        key = self.by_name[account]
        if dot and self.labelled:
            key = f"{key}{LABEL}{label}"
        return (key_pair(header, key),)


def _hidden(exchange: Exchange, text: str) -> Exchange:
    stars, answer, trouble = "*" * len(text), exchange.answer, exchange.trouble
    if trouble is not None and text in trouble:
        exchange = replace(exchange, trouble=trouble.replace(text, stars))
    if answer is None:
        return exchange
    raw = text.encode("utf-8", "surrogateescape")
    if raw not in answer.body and not any(text in value for value in answer.headers.values()):
        return exchange
    headers = {name: value.replace(text, stars) for name, value in answer.headers.items()}
    told = Answer(answer.status, headers, answer.body.replace(raw, b"*" * len(raw)))
    return replace(exchange, answer=told)
