"""How pages are made of templates: everything that others said is text in them, and nothing else."""

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

OWN = "contracts.reports"


def pages(*packages: str) -> Environment:
    """Return the environment of the templates of this package, and of *packages* besides."""
    return Environment(
        loader=ChoiceLoader([PackageLoader(package, ".") for package in (*packages, OWN)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
