"""``mdfm schema`` and ``mdfm demo``: what the package itself can show."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from mdfm_ledger.cli.options import DONE, REFUSED, answering
from mdfm_ledger.demo import play
from mdfm_ledger.ledger.output import make_folder, write_file
from mdfm_ledger.schema_files import schema_files


@click.command()
@click.argument("name", default="")
@click.option("--out", type=click.Path(path_type=Path), help="Write all schemas to a folder.")
@click.option("--check", type=click.Path(path_type=Path), help="Compare a folder with the classes.")
@answering
def schema(name: str, out: Path | None, check: Path | None) -> int:
    """Print the JSON Schema NAME; without a name, list the names."""
    schemas = schema_files()
    if check:
        return _check_schemas(schemas, check)
    if out:
        for path, content in schemas.items():
            make_folder((out / path).parent)
            write_file(out / path, content)
        click.echo(f"{len(schemas)} schemas in {out}")
    elif name:
        found = [
            content for path, content in schemas.items() if name in (path, Path(path).name.split(".")[0])
        ]
        if not found:
            raise click.UsageError(f"no schema is named {name}")
        click.echo(found[0], nl=False)
    else:
        click.echo("\n".join(schemas))
    return DONE


def _check_schemas(schemas: dict[str, str], folder: Path) -> int:
    there = {str(path.relative_to(folder)): path for path in folder.rglob("*.json")}
    wrong = [name for name in schemas if name not in there or there[name].read_text() != schemas[name]]
    wrong += sorted(set(there) - set(schemas))
    for name in wrong:
        click.echo(f"{name} differs from the classes; write it again with mdfm schema --out", err=True)
    return REFUSED if wrong else DONE


@click.command()
@answering
def verifier() -> int:
    """Print verify_bundle.py: the one file that checks a statement bundle on any machine with Python."""
    click.echo(files("mdfm_ledger").joinpath("verify_bundle.py").read_text("utf-8"), nl=False)
    return DONE


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default="mdfm-demo")
@answering
def demo(folder: Path) -> int:
    """Play two years of the fund into FOLDER: a ledger, all statements, all reports."""
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty; name another folder")
    play(folder, click.echo)
    return DONE
