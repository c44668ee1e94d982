"""The documentation is true: its code runs, its links lead somewhere, what is generated is up to date."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from mdfm_ledger.cli import cli
from mdfm_ledger.reports import TERM_REPORTS
from tests.docs.generated import DOCS, pages
from tests.support.postgres import server

ROOT = DOCS.parent
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")


SERVER = "postgresql+psycopg://finance@db.example.org/mdfm"
"""The address of a server that is no server: the tests' own stands for it."""


@pytest.fixture
def a_ledger_on_a_server() -> Iterator[str]:
    name = server().ledger()
    yield server().url(name)
    server().drop(name)


def blocks(page: Path) -> list[tuple[str, str, str]]:
    return BLOCK.findall(page.read_text())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_code_of_a_page_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for language, options, written in blocks(page):
        code = written
        if SERVER in written:
            code = written.replace(SERVER, request.getfixturevalue("a_ledger_on_a_server"))
        if language == "python":
            exec(compile(code, str(page), "exec"), names)  # the page's own code
        elif language == "json" and "file=" in options:
            (tmp_path / options.split("file=")[1].strip()).write_text(code)
        elif language == "console":
            if page.name in GO_ON or (page.name in GO_ON_ONCE and not (tmp_path / "mdfm.db").exists()):
                prepare(tmp_path)
            run(code, expected=int(options.partition("exit=")[2] or 0))


GO_ON = (
    "README.md",
    "back-up-and-restore.md",
    "run-on-one-laptop.md",
    "erase-personal-details.md",
    "reconcile-a-month.md",
    "verify-a-ledger.md",
)
"""Pages whose commands go on from the first two steps of the tutorial, each block anew."""
GO_ON_ONCE = ("audit-a-ledger.md",)
"""Pages all of whose blocks are one story, from the first two steps of the tutorial on."""


def prepare(folder: Path) -> None:
    """A new ledger and a file of events, as after the first two steps of the tutorial."""
    for file in folder.glob("*.db*"):
        file.unlink()
    tutorial = {options.strip(): code for _, options, code in blocks(DOCS / "tutorial.md")}
    (folder / "events.jsonl").write_text(tutorial["file=events.jsonl"])
    opening = next(code for language, _, code in blocks(DOCS / "tutorial.md") if language == "python")
    exec(compile(opening, "tutorial", "exec"), {})  # the tutorial's own code


def run(code: str, *, expected: int) -> None:
    """Run each command of a console block; its answer holds the lines shown below it."""
    command, shown = "", list[str]()
    for line in [*code.splitlines(), "$ "]:
        if line.startswith("$ "):
            if command:
                ended, output = answer_to(command)
                assert ended == expected, output
                assert all(one in output for one in shown), output
            command, shown = line[2:], []
        else:
            shown.append(line)


def answer_to(command: str) -> tuple[int, str]:
    """Exit code and output of a command; by the shell where it is not ours alone."""
    if command.startswith("mdfm ") and not set(command) & set("$>"):
        answer = CliRunner().invoke(cli, shlex.split(command)[1:])
        return answer.exit_code, answer.output
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command], env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_every_test_that_a_page_names_is_there() -> None:
    named = [one for page in PAGES for one in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page.read_text())]
    assert named
    for file, test in named:
        assert f"def {test}(" in (ROOT / file).read_text(), test


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    for target in LINK.findall(page.read_text()):
        assert (page.parent / target).exists(), target


def test_the_generated_pages_are_those_of_the_code() -> None:
    for page, text in pages().items():
        assert page.read_text() == text, f"{page.name} differs; run python -m tests.docs.generated"


def test_the_page_of_commands_names_every_report() -> None:
    (row,) = [
        line
        for line in (DOCS / "reference" / "commands.md").read_text().splitlines()
        if "report NAME" in line
    ]
    assert re.findall(r"`(\w+)`", row) == list(TERM_REPORTS)


def test_the_glossary_is_in_order_and_its_words_are_used() -> None:
    words = re.findall(r"^- \*\*([\w ]+)\*\*", (DOCS / "reference" / "glossary.md").read_text(), re.MULTILINE)
    assert words == sorted(words)
    code = "\n".join(path.read_text() for path in (ROOT / "mdfm_ledger").rglob("*.py"))
    for word in words:
        assert word in code, word


def test_every_invariant_of_the_code_is_in_the_model() -> None:
    from mdfm_ledger.audit import CHECKS
    from mdfm_ledger.invariants import INVARIANTS

    model = (DOCS / "accounting-model.md").read_text()
    own = {"database", "schema", "columns", "lines", "daily-totals", "statements", "tiles"}
    for name in {invariant.name for invariant in INVARIANTS} | set(CHECKS) - own:
        assert f"| {name} |" in model, name
