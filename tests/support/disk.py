"""A disk that remembers and can fail: a layer of SQLite's own (a VFS) between the database and its files.

The library under test is not changed. The layer is registered with the very libsqlite3 that Python's module
is linked to, calls the system's layer for everything, writes down what is written, synced, cut, made and
removed, in order, and can let the n-th operation fail. From what it wrote down, :mod:`tests.support.power`
makes what a disk may hold after the power went.
"""

from __future__ import annotations

import ctypes
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes.util import find_library
from pathlib import Path
from typing import Any

from attrs import define, field, frozen

_POINTER, _INT, _LONG = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
OK, FULL, CANTOPEN = 0, 13, 14
IOERR_READ, IOERR_WRITE, IOERR_FSYNC, IOERR_TRUNCATE, IOERR_DELETE = 266, 778, 1034, 1546, 2570
IOERR_SHMMAP, IOERR_FSTAT = 5386, 1802

# In the order of C's declarations.
_METHODS = (
    "version",
    "close",
    "read",
    "write",
    "truncate",
    "sync",
    "file_size",
    "lock",
    "unlock",
    "check_reserved",
    "control",
    "sector_size",
    "characteristics",
    "shm_map",
    "shm_lock",
    "shm_barrier",
    "shm_unmap",
    "fetch",
    "unfetch",
)
_LAYER = (
    "next",
    "name",
    "data",
    "open",
    "delete",
    "access",
    "full_pathname",
    "dl_open",
    "dl_error",
    "dl_sym",
    "dl_close",
    "randomness",
    "sleep",
    "current_time",
    "last_error",
    "current_time_64",
    "set_call",
    "get_call",
    "next_call",
)


class _Methods(ctypes.Structure):
    """sqlite3_io_methods: the version, padded to a pointer, and the functions of a file."""

    _fields_ = [(name, _POINTER) for name in _METHODS]


class _Layer(ctypes.Structure):
    """sqlite3_vfs."""

    _fields_ = [
        ("version", _INT),
        ("file_bytes", _INT),
        ("longest_path", _INT),
        *((name, _POINTER) for name in _LAYER),
    ]


class _File(ctypes.Structure):
    """sqlite3_file: what stands behind its functions is the layer's own."""

    _fields_ = [("methods", ctypes.POINTER(_Methods))]


_SIGNATURES: dict[str, Any] = {
    "open": ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _POINTER, _INT, _POINTER),
    "delete": ctypes.CFUNCTYPE(_INT, _POINTER, ctypes.c_char_p, _INT),
    "read": ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _INT, _LONG),
    "write": ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _INT, _LONG),
    "truncate": ctypes.CFUNCTYPE(_INT, _POINTER, _LONG),
    "sync": ctypes.CFUNCTYPE(_INT, _POINTER, _INT),
    "file_size": ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER),
    "shm_map": ctypes.CFUNCTYPE(_INT, _POINTER, _INT, _INT, _INT, _POINTER),
}

# The answers SQLite's own layer gives where such an operation fails.
_FAILURES = {
    "open": (CANTOPEN,),
    "delete": (IOERR_DELETE,),
    "read": (IOERR_READ,),
    "write": (IOERR_WRITE, FULL),
    "truncate": (IOERR_TRUNCATE,),
    "sync": (IOERR_FSYNC,),
    "file_size": (IOERR_FSTAT,),
    "shm_map": (IOERR_SHMMAP,),
}


@frozen
class Done:
    """One operation: make, write, cut, sync or remove a file, sync the folder; or what was said meanwhile."""

    what: str
    name: str = ""
    at: int = 0
    data: bytes = b""


@define
class Failing:
    """Which operation fails: the ``at``-th of those named (from 1), once or from then on."""

    at: int
    of: frozenset[str]
    stays: bool = False
    full: bool = False
    short: bool = False
    seen: int = 0
    hit: int = 0

    def answer(self, what: str) -> int:
        """The error to give, or OK."""
        if what not in self.of:
            return OK
        self.seen += 1
        if self.seen < self.at or (self.hit and not self.stays):
            return OK
        self.hit += 1
        return _FAILURES[what][-1 if self.full else 0]


@define
class Disk:
    """What was done on the disk since it was put in, in order; ``failing`` says what is to fail."""

    done: list[Done] = field(factory=list)
    failing: Failing | None = None
    faults: list[BaseException] = field(factory=list)
    """What went wrong in the layer itself: nothing may have."""

    def say(self, what: str) -> None:
        """Write down what was told to the user at this point."""
        self.done.append(Done("said", what))

    def sync_folder(self) -> None:
        """Write down that somebody had the disk keep the names in the folder."""
        self.done.append(Done("folder"))

    def fails(self, what: str) -> int:
        """The error this operation is to give, or OK."""
        return self.failing.answer(what) if self.failing else OK


def library() -> ctypes.CDLL | None:
    """The library that Python's sqlite3 is linked to, or None where it is built into Python."""
    if "so" not in (name := find_library("sqlite3") or ""):
        return None
    found = ctypes.CDLL(name)
    found.sqlite3_libversion.restype = ctypes.c_char_p
    maps = Path("/proc/self/maps")
    # Two copies of the library would each have layers of their own.
    loaded = {line.split()[-1] for line in maps.read_text().splitlines() if "libsqlite3" in line}
    same = found.sqlite3_libversion().decode() == sqlite3.sqlite_version
    return found if same and len(loaded) == 1 else None


class _Shim:
    """The layer itself; it has to live as long as any file opened through it."""

    def __init__(self, sqlite: ctypes.CDLL) -> None:
        sqlite.sqlite3_vfs_find.restype = ctypes.POINTER(_Layer)
        self._sqlite = sqlite
        self._below = sqlite.sqlite3_vfs_find(None)
        self.disk = Disk()
        self._names: dict[int, str] = {}
        self._tables: dict[int, tuple[Any, Any]] = {}
        self._layer = _Layer.from_buffer_copy(self._below.contents)
        self._name = ctypes.create_string_buffer(b"remembering")
        self._layer.name = ctypes.addressof(self._name)
        self._kept = [
            self._put(self._layer, "open", self._open),
            self._put(self._layer, "delete", self._delete),
        ]

    def register(self) -> None:
        self._sqlite.sqlite3_vfs_register(ctypes.byref(self._layer), 1)

    def unregister(self) -> None:
        self._sqlite.sqlite3_vfs_unregister(ctypes.byref(self._layer))
        self._sqlite.sqlite3_vfs_register(self._below, 1)

    def _put(self, table: Any, name: str, function: Callable[..., int]) -> tuple[Any, Any]:
        """Put a function of ours in a table; ours for the garbage collector's sake, and the one below."""
        if not getattr(table, name):
            return None, None
        signature = _SIGNATURES[name]
        below = signature(getattr(table, name))

        def guarded(*arguments: Any) -> int:
            try:
                if name == "write":  # which may fail half done
                    return function(below, *arguments)
                return self.disk.fails(name) or function(below, *arguments)
            except BaseException as error:  # noqa: BLE001  # C cannot take it; the test looks at it
                self.disk.faults.append(error)
                return IOERR_READ

        own = signature(guarded)
        setattr(table, name, ctypes.cast(own, _POINTER).value)
        return own, below

    def _open(self, below: Any, _: int, name: int, file: int, flags: int, out: int) -> int:
        path = ctypes.string_at(name).decode() if name else ""
        existed = Path(path).exists()
        answer: int = below(ctypes.addressof(self._below.contents), name, file, flags, out)
        opened = ctypes.cast(file, ctypes.POINTER(_File)).contents
        if answer == OK and path:
            self._names[file] = Path(path).name
            if not existed:
                self.disk.done.append(Done("make", self._names[file]))
            opened.methods = ctypes.pointer(self._methods(opened.methods))
        return answer

    def _methods(self, below: Any) -> _Methods:
        """The table of a file's functions with ours in it, made once for each table below."""
        key = ctypes.addressof(below.contents)
        if key not in self._tables:
            table = _Methods.from_buffer_copy(below.contents)
            kept = [
                self._put(table, "read", lambda below, *rest: below(*rest)),
                self._put(table, "write", self._write),
                self._put(table, "truncate", self._truncate),
                self._put(table, "sync", self._sync),
                self._put(table, "file_size", lambda below, *rest: below(*rest)),
                self._put(table, "shm_map", lambda below, *rest: below(*rest)),
            ]
            self._tables[key] = (table, kept)
        found: _Methods = self._tables[key][0]
        return found

    def _delete(self, below: Any, _: int, name: bytes, sync: int) -> int:
        answer: int = below(ctypes.addressof(self._below.contents), name, sync)
        if answer == OK:
            self.disk.done.append(Done("remove", Path(name.decode()).name))
            if sync:
                self.disk.sync_folder()
        return answer

    def _write(self, below: Any, file: int, data: int, size: int, at: int) -> int:
        failed = self.disk.fails("write")
        if failed and self.disk.failing is not None and self.disk.failing.short:
            size //= 2
        elif failed:
            return failed
        answer: int = below(file, data, size, at)
        if answer == OK:
            self.disk.done.append(Done("write", self._names[file], at, ctypes.string_at(data, size)))
        return failed or answer

    def _truncate(self, below: Any, file: int, size: int) -> int:
        answer: int = below(file, size)
        if answer == OK:
            self.disk.done.append(Done("cut", self._names[file], size))
        return answer

    def _sync(self, below: Any, file: int, flags: int) -> int:
        answer: int = below(file, flags)
        if answer == OK:
            self.disk.done.append(Done("sync", self._names[file]))
        return answer


_shims: list[_Shim] = []


@contextmanager
def remembering_disk() -> Iterator[Disk]:
    """What is opened inside is on a disk that remembers. Every connection has to be closed inside too."""
    if not _shims:
        sqlite = library()
        assert sqlite is not None, "ask library() first"
        _shims.append(_Shim(sqlite))
    shim = _shims[0]
    shim.disk = Disk()
    shim.register()
    try:
        yield shim.disk
    finally:
        shim.unregister()
        assert shim.disk.faults == []
