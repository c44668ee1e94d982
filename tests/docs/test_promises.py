"""The page on promises is true: each has its test and its control, and no control is left out of it."""

from __future__ import annotations

import re

from tests.docs.generated import DOCS

PAGE = (DOCS / "reference" / "promises.md").read_text()
PROMISES = re.findall(r"^## P(\d+)\. .*?(?=^## )", PAGE, re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_each_promise_has_its_test_and_its_control() -> None:
    assert [int(number) for number in PROMISES] == list(range(1, 16))
    for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:16]:
        told, test, control = re.split(r"^- (?:Test|Control): ", part, flags=re.MULTILINE)
        assert NAMED.search(test), told
        assert NAMED.search(control), told


def test_every_control_and_every_limit_is_on_the_page() -> None:
    named = set(NAMED.findall(PAGE))
    for path in sorted((DOCS.parent / "tests").rglob("test_*.py")):
        file = str(path.relative_to(DOCS.parent))
        for name in re.findall(
            r"^def (test_the_(?:control|limit)\w+)\(", path.read_text("utf-8"), re.MULTILINE
        ):
            assert (file, name) in named
