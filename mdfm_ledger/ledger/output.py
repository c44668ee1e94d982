"""Writing reports to files: whole or not at all, in the format the name of the file asks for."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from secrets import token_hex

from mdfm_ledger.codec import to_json
from mdfm_ledger.disk import synced
from mdfm_ledger.errors import FileUnwritableError, InvalidFieldError
from mdfm_ledger.ledger.kept import require_replaceable
from mdfm_ledger.render.csv_table import render_csv
from mdfm_ledger.render.html import render_html
from mdfm_ledger.render.text import render_text
from mdfm_ledger.reports import Report

FORMATS = ("text", "json", "csv", "html")
_BY_SUFFIX = {".txt": "text", ".json": "json", ".csv": "csv", ".html": "html"}
_SUFFIX = {form: suffix for suffix, form in _BY_SUFFIX.items()}


def render(report: Report, form: str, *, language: str = "en") -> str:
    """A report as text, json, csv or html. Raises InvalidFieldError for another format.

    CSV puts the facts and the tables one after another, each under its key, an empty line between them.
    """
    if form == "json":
        return json.dumps({"report": report.name, **to_json(report)}, ensure_ascii=False, indent=1) + "\n"
    if form == "text":
        return render_text(report.document(), language=language)
    if form == "html":
        return render_html(report.document(), language=language)
    if form == "csv":
        tables = render_csv(report.document(), language=language)
        return "\r\n".join(f"{key}\r\n{table}" for key, table in tables.items())
    raise InvalidFieldError(field="format", problem=f"{form!r} is none of {', '.join(FORMATS)}")


def write_report(report: Report, path: str | Path, *, language: str = "en") -> None:
    """Write a report to a file: ``.txt``, ``.json``, ``.csv`` or ``.html`` says in which format."""
    target = Path(path)
    form = _BY_SUFFIX.get(target.suffix.lower(), target.suffix)
    write_file(target, render(report, form, language=language))


def write_file(path: Path, content: str) -> None:
    """Write a text file so that it is there whole or not at all, and on the disk before this returns.

    Who may read it is said by the umask, as of every file. Raises KeptFileError where it would replace a
    database or the signer's own files, FileUnwritableError.
    """
    require_replaceable(path)
    temporary = path.parent / f".mdfm-{token_hex(8)}"
    try:
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            synced(path.parent)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileUnwritableError(url=str(path), problem=error.strerror or str(error)) from None


def make_folder(path: Path) -> None:
    """Make a folder to write files to, where there is none. Raises FileUnwritableError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileUnwritableError(url=str(path), problem=error.strerror or str(error)) from None


def file_name(position: int, reference: str, form: str) -> str:
    """A safe file name: the position, and what of a reference is plain letters and digits."""
    plain = re.sub(r"[^a-z0-9]+", "-", reference.lower()).strip("-")[:100]
    return f"{position:03d}-{plain}{_SUFFIX[form]}" if plain else f"{position:03d}{_SUFFIX[form]}"
