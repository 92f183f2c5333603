"""What can be wrong with what a user hands to the kit.

ContractError
└── DocumentError    a contract document is missing, unreadable or not well formed

What an *API* does wrong is never an exception of this tree: it is a failure, found by a check.
"""


class ContractError(Exception):
    """The user or the document is wrong; the message is one line that says where and what would do."""


class DocumentError(ContractError):
    """A contract document cannot be read, or does not have the form of one."""
