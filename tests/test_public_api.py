"""What users and readers may rely on: docstrings on everything public, and honest exports."""

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("contracts", "mock_server")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
DOCUMENTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
NESTED = (ast.FunctionDef, ast.AsyncFunctionDef)


def public(node, place):
    """Yield everything public in *node* with its place; what stands inside a function is nobody's business.

    What a property can be set to is told where it is read.
    """
    if not any(getattr(by, "attr", "") == "setter" for by in getattr(node, "decorator_list", ())):
        yield place, node
    for child in [] if isinstance(node, NESTED) else ast.iter_child_nodes(node):
        if isinstance(child, DOCUMENTED) and not child.name.startswith("_"):
            yield from public(child, f"{place}.{child.name}")


def name_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_everything_public_has_a_docstring(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    missing = [place for place, node in public(tree, name_of(path)) if not ast.get_docstring(node)]

    assert missing == []


@pytest.mark.parametrize("package", PACKAGES)
def test_exports_are_sorted_and_exist(package):
    module = importlib.import_module(package)
    exported = getattr(module, "__all__", [])

    assert exported == sorted(exported)
    assert all(getattr(module, name).__doc__ for name in exported)


def test_package_gives_what_the_interface_names():
    module = importlib.import_module("mock_server")

    assert {"Settings", "WanMock", "create_app"} <= set(module.__all__)
    assert set(module.__all__) <= set(dir(module))
    assert module.__version__


def test_package_has_nothing_else():
    with pytest.raises(AttributeError, match="module 'mock_server' has no attribute 'nothing'"):
        importlib.import_module("mock_server").nothing  # noqa: B018
