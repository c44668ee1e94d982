"""The house rules a linter does not know, held over every module of the package."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import statistics
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import mdfm_ledger

MOST_LINES_OF_A_MODULE = 300
MOST_LINES_OF_A_FUNCTION = 50
# Handed to donors as one file that needs nothing else, and so cannot be split.
STANDALONE, MOST_LINES_OF_STANDALONE = "verify_bundle.py", 399
MOST_LINES_OF_THE_MEDIAN_FUNCTION = 10
# Names that say nothing about what is inside, and so take in everything.
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
TOP_LEVEL = {
    "mdfm_ledger",
    "schemas",
    "docs",
    "tests",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
}
# What building and running leave behind; git ignores it.
LEFT_BEHIND = {"build", "dist", "htmlcov", "mdfm-demo", "__pycache__"}

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = Path(mdfm_ledger.__file__).resolve().parent
MODULES = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
# A silenced check, its codes, and what follows them on the line.
SILENCED = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b(?P<codes>:\s*[A-Z0-9, ]+|\[[a-z, -]+\])?(?P<reason>.*)")


class Function(NamedTuple):
    """A function of the package and the lines it takes, from ``def`` to its end."""

    where: str
    lines: int


def _nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text("utf-8"), filename=str(path)))


def _functions() -> Iterator[Function]:
    for module, path in MODULES.items():
        for node in _nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                yield Function(f"{module}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1)


def _calls(name: str, path: Path) -> Iterator[int]:
    for node in _nodes(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node.lineno


def _comments(path: Path) -> dict[int, str]:
    with path.open("rb") as source:
        tokens = tokenize.tokenize(source.readline)
        return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}


def test_the_package_was_found() -> None:
    assert {"money.py", "events/receipt.py", "store/append.py"} <= set(MODULES)


def test_modules_are_short() -> None:
    lines = {module: len(path.read_text("utf-8").splitlines()) for module, path in MODULES.items()}
    assert lines.pop(STANDALONE) <= MOST_LINES_OF_STANDALONE
    assert {module: count for module, count in lines.items() if count > MOST_LINES_OF_A_MODULE} == {}


def test_functions_are_short() -> None:
    assert [function for function in _functions() if function.lines > MOST_LINES_OF_A_FUNCTION] == []


def test_the_median_function_is_short() -> None:
    median = statistics.median(function.lines for function in _functions())
    assert median <= MOST_LINES_OF_THE_MEDIAN_FUNCTION


def test_module_names_say_what_is_inside() -> None:
    assert [module for module in MODULES if EMPTY_NAMES & set(re.split(r"[_/.]", module))] == []


def test_there_are_no_floats() -> None:
    """Money, shares and rates are whole numbers and fractions; a float would round in silence."""
    literals = [
        f"{module}:{node.lineno} {node.value}"
        for module, path in MODULES.items()
        for node in _nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
    ]
    made = [f"{module}:{line}" for module, path in MODULES.items() for line in _calls("float", path)]
    assert literals + made == []


def test_only_the_command_line_prints() -> None:
    printing = ("cli", "demo", "__main__", STANDALONE)
    inner = {module: path for module, path in MODULES.items() if not module.startswith(printing)}
    assert [f"{module}:{line}" for module, path in inner.items() for line in _calls("print", path)] == []


def test_what_is_public_has_a_docstring() -> None:
    """An override may inherit the docstring of what it overrides."""
    found = pkgutil.walk_packages(mdfm_ledger.__path__, "mdfm_ledger.")
    # Importing __main__ runs the command line.
    names = ["mdfm_ledger", *(module.name for module in found if not module.name.endswith("__main__"))]
    assert [bare for name in names for bare in _undocumented(name)] == []


def _undocumented(name: str) -> Iterator[str]:
    module = importlib.import_module(name)
    if not module.__doc__:
        yield name
    for attribute, thing in vars(module).items():
        if attribute.startswith("_") or getattr(thing, "__module__", None) != name:
            continue
        if (inspect.isclass(thing) or inspect.isroutine(thing)) and not thing.__doc__:
            yield f"{name}.{attribute}"
        if inspect.isclass(thing):
            yield from (f"{name}.{attribute}.{method}" for method in _undocumented_methods(thing))


def _undocumented_methods(cls: type) -> Iterator[str]:
    for name, member in vars(cls).items():
        is_public = not name.startswith("_") and (inspect.isroutine(member) or isinstance(member, property))
        if is_public and not inspect.getdoc(member) and not inspect.getdoc(getattr(cls, name)):
            yield name


@pytest.mark.parametrize("folder", [PACKAGE, REPOSITORY / "tests"], ids=["package", "tests"])
def test_every_silenced_check_says_why(folder: Path) -> None:
    """The reason stands after the codes, or in a comment on the line above."""
    unexplained = []
    for path in sorted(folder.rglob("*.py")):
        comments = _comments(path)
        for line, comment in comments.items():
            silenced = SILENCED.search(comment)
            if silenced is None:
                continue
            reason = silenced["reason"].strip(" #-:") or comments.get(line - 1)
            if not silenced["codes"] or not reason:
                unexplained.append(f"{path.relative_to(folder)}:{line} {comment}")
    assert unexplained == []


def test_nothing_else_lies_at_the_top() -> None:
    found = {path.name for path in REPOSITORY.iterdir() if not path.name.startswith(".")}
    assert {name for name in found - LEFT_BEHIND - TOP_LEVEL if not name.endswith(".egg-info")} == set()
