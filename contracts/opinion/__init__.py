"""A second opinion: Schemathesis, from the OpenAPI document that the target serves, on requests of its own making."""

# What its scripts are called: whoever replays one of that name has the answers judged by the served document, too.
NAME = "requests that Schemathesis made of the served document"
