"""What is drawn at random for a merchant: keyed by seed and merchant id alone, so that chunks and engines don't matter.

Each id has one 64-bit word of a Philox stream (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"):
block ``id // 4`` of the counter, word ``id % 4``. Its bits, from the lowest: 32 for the channel, 16 for curated and
mentored, 8 for the imported part and 8 for the ticket.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mediator.weigh.merchants import Codes, Ints
from mediator.weigh.population.spec import Stratum

Words = npt.NDArray[np.uint64]
PPM = 1_000_000
LEVELS = 256
OFFLINE, CHAT, MARKETPLACE = 0, 1, 2

_TOP = 0xFFFF_FFFF
_STREAM = 0x6D657263  # "merc": apart from every other use of the same seed


def words(seed: int, first: int, count: int) -> Words:
    """The words of the ids ``first`` .. ``first + count - 1``."""
    block, skip = divmod(first, 4)
    raw = np.random.Philox(key=[seed, _STREAM], counter=block).random_raw(count + skip)
    return np.asarray(raw[skip:], dtype="<u8")


def _bits(ppm: int, bits: int) -> int:
    """Parts per million of the range of so many bits, rounded half up; the whole stays beyond the greatest."""
    return (ppm * (1 << bits) * 2 + PPM) // (2 * PPM)


def channel_edges(stratum: Stratum) -> tuple[int, int]:
    """Below which draw of 32 bits a merchant sells by marketplace, and below which online at all."""
    sells = stratum.sells_to_indonesia_ppm
    market = stratum.channel_ppm[MARKETPLACE] * sells // PPM
    online = (stratum.channel_ppm[MARKETPLACE] + stratum.channel_ppm[CHAT]) * sells // PPM
    return _bits(market, 32), _bits(online, 32)


def channel(drawn: Words, edges: tuple[int, int], out: Codes) -> None:
    """Channels of merchants by their words."""
    if edges[1] == 0:
        out[:] = OFFLINE
        return
    low = drawn.view("<u4")[0::2]
    np.less(low, min(edges[1], _TOP), out=out.view(np.bool_))
    if edges[0]:
        out += low < min(edges[0], _TOP)


def status_edges(stratum: Stratum) -> tuple[Ints, Ints]:
    """By size class, below which draw of 16 bits a producer is curated, and below which mentored."""
    curated = [_bits(ppm, 16) for ppm in stratum.curated_ppm]
    both = zip(stratum.curated_ppm, stratum.mentored_only_ppm, strict=True)
    return np.array(curated, np.int64), np.array([_bits(a + b, 16) for a, b in both], np.int64)


def levels(mean: tuple[int, ...], ticket: tuple[int, ...]) -> tuple[Ints, Ints]:
    """Tables [sector * 256 + draw]: the imported part in ppm, and the ticket in rupiah.

    The imported part is spread evenly over twice the mean, or, above a half, over what is left below the whole, so that
    its mean is that of the table; a ticket evenly from half to one and a half times its sector's.
    """
    draw = np.arange(LEVELS, dtype=np.int64)
    share, rupiah = np.array(mean, np.int64)[:, None], np.array(ticket, np.int64)[:, None]
    reach = np.minimum(share, PPM - share)
    imported = share - reach + (2 * draw + 1) * reach // LEVELS
    tickets = (rupiah * (2 * LEVELS + 4 * draw + 2) + 2 * LEVELS) // (4 * LEVELS)
    return imported.reshape(-1), np.maximum(tickets, 1).reshape(-1)
