"""What a disk may hold after the power went, worked out from what was done on it.

What was synced is there. Of what was written since, nothing, everything, a beginning, any part, or torn
sectors may be; a name that was never synced with its folder may be missing, and one that was removed be
there still.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from attrs import define, field, frozen

from tests.support.disk import Done

SECTORS = (512, 4096)
KEPT = ("nothing", "everything", "a beginning", "any", "torn", "torn")


@define
class _Content:
    """A file: what the disk has for certain, and what it was told since."""

    synced: bytearray = field(factory=bytearray)
    waiting: list[Done] = field(factory=list)
    was_synced: bool = False

    def sync(self) -> None:
        for done in self.waiting:
            _apply(self.synced, done)
        self.waiting.clear()
        self.was_synced = True

    def after(self, kept: str, lot: Random) -> bytes:
        """The bytes found when the power is back."""
        found = bytearray(self.synced)
        for done in _kept(self.waiting, kept, lot):
            _apply(found, done, lot)
        return bytes(found)


def _apply(content: bytearray, done: Done, lot: Random | None = None) -> None:
    if done.what == "cut":
        del content[done.at :]
        content.extend(bytes(done.at - len(content)))
        return
    missing = done.at - len(content)
    if missing > 0:
        # A file that was made longer before its bytes were written may hold anything there.
        content.extend(lot.randbytes(missing) if lot and lot.random() < 0.3 else bytes(missing))
    content[done.at : done.at + len(done.data)] = done.data


def _kept(waiting: Sequence[Done], kept: str, lot: Random) -> list[Done]:
    if kept == "nothing":
        return []
    if kept == "everything":
        return list(waiting)
    if kept == "a beginning":
        return list(waiting[: lot.randint(0, len(waiting))])
    chosen = [done for done in waiting if lot.random() < 0.5]
    if kept == "any":
        return chosen
    return [piece for done in waiting for piece in _torn(done, lot) if lot.random() < 0.7]


def _torn(done: Done, lot: Random) -> Iterator[Done]:
    """A write in the sectors it goes to, in any order."""
    if done.what != "write":
        yield done
        return
    size = lot.choice(SECTORS)
    pieces, at, end = [], done.at, done.at + len(done.data)
    while at < end:
        upto = min(end, (at // size + 1) * size)
        pieces.append(Done("write", done.name, at, done.data[at - done.at : upto - done.at]))
        at = upto
    lot.shuffle(pieces)
    yield from pieces


@frozen
class Image:
    """The files found, and what had been said by then."""

    files: dict[str, bytes]
    said: tuple[str, ...]
    at: int
    kept: str

    def lay_out(self, folder: Path) -> None:
        """Put the files into a folder, in place of what is there."""
        for old in folder.iterdir():
            old.unlink()
        for name, content in self.files.items():
            (folder / name).write_bytes(content)


@define
class _Folder:
    """The names of a folder: those the disk has for certain, and what was told since."""

    synced: dict[str, _Content] = field(factory=dict)
    now: dict[str, _Content] = field(factory=dict)
    waiting: list[tuple[str, _Content | None]] = field(factory=list)
    said: list[str] = field(factory=list)

    def do(self, done: Done) -> None:
        name = done.name
        if done.what == "said":
            self.said.append(name)
        elif done.what == "folder":
            self._sync()
        elif done.what == "make":
            self.now[name] = _Content()
            self.waiting.append((name, self.now[name]))
        elif done.what == "remove":
            self.now.pop(name, None)
            self.waiting.append((name, None))
        elif done.what == "sync":
            # SQLite syncs the folder too when it first syncs a journal it has made.
            if not self.now[name].was_synced and name.endswith(("-wal", "-journal")):
                self._sync()
            self.now[name].sync()
        else:
            self.now[name].waiting.append(done)

    def _sync(self) -> None:
        self.synced = dict(self.now)
        self.waiting.clear()

    def after(self, at: int, lot: Random) -> Image:
        kept = lot.choice(KEPT)
        names = dict(self.synced)
        for name, content in self.waiting:
            if kept == "everything" or (kept != "nothing" and lot.random() < 0.5):
                names.pop(name, None)
                if content is not None:
                    names[name] = content
        files = {name: content.after(kept, lot) for name, content in names.items()}
        return Image(files=files, said=tuple(self.said), at=at, kept=kept)


def images(done: Sequence[Done], count: int, seed: int) -> Iterator[Image]:
    """That many different images, the power going at any point."""
    lot = Random(seed)
    seen: set[object] = set()
    while len(seen) < count:
        folder, reached = _Folder(), 0
        for point in sorted(lot.randint(0, len(done)) for _ in range(count)):
            for one in done[reached:point]:
                folder.do(one)
            reached = point
            image = folder.after(point, lot)
            if (key := hash((image.said, tuple(sorted(image.files.items()))))) not in seen:
                seen.add(key)
                yield image
                if len(seen) == count:
                    return
