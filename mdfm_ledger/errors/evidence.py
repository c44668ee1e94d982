"""Evidence: proofs that do not hold, checkpoints that are not to be signed or do not agree."""

from __future__ import annotations

from mdfm_ledger.errors.base import LedgerError
from mdfm_ledger.errors.store import StoreError


class EvidenceError(LedgerError):
    """What was handed over as evidence does not hold, or disagrees with other evidence."""

    code = "evidence"


class ProofRefusedError(EvidenceError):
    """A proof does not prove what it is said to."""

    code = "proof-refused"
    template = "the proof of {what} does not hold: {problem}"
    remedy = "Do not rely on it; ask for it again, and keep both if it comes the same."
    what: str
    problem: str


class BundleRefusedError(EvidenceError):
    """A bundle that was made does not hold, so it is not handed out."""

    code = "bundle-refused"
    template = "no bundle is handed out, it would not hold: {problem}"
    remedy = "Verify the ledger: what it is made of is not as it was recorded, issued or published."
    problem: str


class NoteRefusedError(EvidenceError):
    """A signed note or checkpoint is malformed, or not signed by the key it should be."""

    code = "note-refused"
    template = "the checkpoint is refused: {problem}"
    remedy = "Check that it is whole and that the key is the one you were given; else do not rely on it."
    problem: str


class ForkedLedgerError(EvidenceError):
    """Two checkpoints signed with the ledger's own key cannot both be of one ledger that only grew."""

    code = "forked-ledger"
    template = "two checkpoints contradict each other ({problem}):\n{first}\n{second}"
    remedy = "Keep both notes: together they prove that history was changed. Tell the auditor and the board."
    problem: str
    first: str
    second: str


class SigningRefusedError(StoreError):
    """A checkpoint is not signed, since what would be signed does not hold."""

    code = "signing-refused"
    template = "no checkpoint is signed: {problem}"
    remedy = "Stop posting, verify the ledger, and compare it with the last signed note."
    problem: str


class JournalUnusableError(StoreError):
    """The signer's journal is not there, cannot be read, or holds less than was handed out."""

    code = "journal-unusable"
    template = "the signer's journal in {folder} cannot be used: {problem}"
    remedy = "Check that it is the signer's folder and its disk there; put a lost journal back from a copy."
    folder: str
    problem: str


class KeyUnusableError(StoreError):
    """The signing key or its folder cannot be used."""

    code = "key-unusable"
    template = "the signing key in {folder} cannot be used: {problem}"
    remedy = "Check folder, file mode (0600) and passphrase; make a key with mdfm checkpoint key make."
    folder: str
    problem: str


class AnchorFailedError(StoreError):
    """A checkpoint was signed, and could not be put where it should be kept."""

    code = "anchor-failed"
    template = "the checkpoint was not anchored at {place}: {problem}"
    remedy = "The checkpoint is signed and in the journal; mend the place and publish it again."
    place: str
    problem: str
