"""RFC 6962 Merkle trees: roots, and the paths that prove a leaf or an earlier tree, from any part of the tree.

``Nodes`` answers "what is the hash over leaves [start, end)?"; paths are written in terms of it, so that they work as
well on a list in memory as on the stored subtrees of a log with millions of leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from mediator.ledger.verify import leaf_hash, node_hash

EMPTY = sha256(b"").digest()

Nodes = Callable[[int, int], bytes]
"""(start, end) -> the Merkle tree hash over those leaves; ``end`` above ``start``."""


def root_of_lines(lines: Iterable[bytes]) -> bytes:
    """The root over lines of data, EMPTY for none. Level by level: an odd node moves up as it is, which gives the tree
    that RFC 6962 defines by its largest power of two."""
    return root_of_hashes([sha256(b"\x00" + line).digest() for line in lines])


def root_of_hashes(level: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    if not level:
        return EMPTY
    while len(level) > 1:
        above = [sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
        if len(level) & 1:
            above.append(level[-1])
        level = above
    return level[0]


def nodes_of(hashes: Sequence[bytes]) -> Nodes:
    """Nodes of a tree in memory."""
    return lambda start, end: root_of_hashes(hashes[start:end])


def inclusion_path(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """The siblings from leaf ``index`` up to the root of ``size`` leaves (RFC 6962 section 2.1.1)."""
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(nodes(middle, end))
            end = middle
        else:
            path.append(nodes(start, middle))
            start = middle
    return path[::-1]


def consistency_path(nodes: Nodes, old: int, new: int) -> list[bytes]:
    """What shows that the tree of ``new`` leaves starts with that of ``old`` (RFC 6962 section 2.1.2)."""
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, end, is_whole = 0, new, True
    while start + (old - start) != end:
        middle = start + split(end - start)
        if old <= middle:
            path.append(nodes(middle, end))
            end = middle
        else:
            path.append(nodes(start, middle))
            start, is_whole = middle, False
    if not is_whole:
        path.append(nodes(start, end))
    return path[::-1]


def split(size: int) -> int:
    """The largest power of two below ``size``, which is above 1."""
    return 1 << (size - 1).bit_length() - 1


class Builder:
    """A tree that grows leaf by leaf and keeps one hash a level: for the root over any number of leaves."""

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self._peaks: list[bytes] = []
        self.size = 0

    def add(self, leaf: bytes) -> None:
        """Add a leaf's data."""
        node = leaf_hash(leaf)
        place = self.size
        while place & 1:
            node = node_hash(self._peaks.pop(), node)
            place >>= 1
        self._peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY
        root = self._peaks[-1]
        for peak in self._peaks[-2::-1]:
            root = node_hash(peak, root)
        return root
