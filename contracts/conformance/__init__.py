"""Client conformance: whether a client of the API, in any language, is fit for production."""
