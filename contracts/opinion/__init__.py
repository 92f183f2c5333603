"""A second opinion: Schemathesis, from the OpenAPI document that the target serves, on requests of its own making."""
