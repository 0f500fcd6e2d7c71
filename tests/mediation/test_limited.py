"""What strangers send is decoded in a process with limits: it can die, and nothing else does."""

from __future__ import annotations

import io
import random
import threading

import numpy as np
import pytest
from PIL import Image

from mediator.mediation.errors import MediationError
from mediator.mediation.photos import limited
from mediator.mediation.photos.intake import take_in
from mediator.mediation.photos.limited import Workers
from tests.mediation.making import jpeg


@pytest.fixture(scope="module")
def workers() -> object:
    made = Workers(2)
    yield made
    made.end()


def refused(workers: Workers, data: bytes) -> str:
    with pytest.raises(MediationError) as caught:
        workers.take_in(data)
    return caught.value.code


def noisy(kind: str = "JPEG", side: int = 900, **options: object) -> bytes:
    pixels = np.random.default_rng(1).integers(0, 255, (side, side, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).resize((side, side), Image.Resampling.BOX).save(out, kind, **options)
    return out.getvalue()


def test_a_worker_gives_what_taking_in_gives(workers: Workers) -> None:
    for data in (jpeg(), jpeg(kind="PNG"), jpeg(kind="WEBP"), noisy()):
        assert workers.take_in(data) == take_in(data)


def test_a_worker_says_what_is_wrong_and_goes_on(workers: Workers) -> None:
    assert refused(workers, b"") == "photo_empty"
    assert refused(workers, b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>") == "photo_kind_refused"
    assert refused(workers, b"PK\x03\x04" + b"x" * 100) == "photo_kind_refused"
    assert refused(workers, b"x" * 1000) == "photo_not_recognised"
    assert workers.take_in(jpeg()).digest


@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_a_jpeg_that_is_damaged_inside_is_found(workers: Workers, options: dict[str, bool]) -> None:
    whole = noisy(quality=90, **options)
    assert workers.take_in(whole).digest
    middle = len(whole) // 3
    cut_out = whole[:middle] + whole[2 * middle :]
    emptied = whole[:middle] + bytes(middle) + whole[2 * middle :]
    for hurt in (cut_out, emptied):
        assert take_in(hurt).digest, "Pillow alone shows it, half grey"
        assert refused(workers, hurt) == "photo_corrupt"


def test_a_file_that_ends_its_worker_is_refused_and_the_next_one_is_read(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limited, "DECODE_S", 0.001)  # nothing is that quick: every worker is ended in time
    with pytest.raises(MediationError) as caught:
        workers.take_in(noisy(side=3000))
    assert caught.value.code == "photo_too_hard"
    monkeypatch.undo()
    assert workers.take_in(jpeg()).digest


def test_too_much_memory_ends_a_photograph_and_not_us(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is the kernel's: with little memory the largest picture that is allowed cannot be read."""
    monkeypatch.setattr(limited, "_COMMAND", _with_memory(60))
    few = Workers(1)
    out = io.BytesIO()
    Image.new("RGBA", (7000, 7000), (1, 2, 3, 4)).save(out, "PNG")
    assert refused(few, out.getvalue()) == "photo_too_hard"
    assert few.take_in(jpeg()).digest
    few.end()


def _with_memory(megabytes: int) -> list[str]:
    import sys

    text = f"import mediator.mediation.photos.worker as w; w.MEMORY_BYTES = {megabytes} * 1024**2; w.main()"
    return [sys.executable, "-c", text]


def test_the_largest_picture_that_is_allowed_can_be_read(workers: Workers) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (7000, 7000), (1, 2, 3, 4)).save(out, "PNG")
    assert workers.take_in(out.getvalue()).record.original_width == 7000


def test_more_at_once_than_there_are_workers_is_refused_kindly() -> None:
    one = Workers(1, wait_s=0.01)
    assert one._turns.acquire(blocking=False)
    assert refused(one, jpeg()) == "photo_busy"
    one._turns.release()
    assert one.take_in(jpeg()).digest
    one.end()


def test_many_threads_share_the_workers(workers: Workers) -> None:
    pictures = [jpeg((number, 5, 9)) for number in range(12)]
    random.Random(1).shuffle(pictures)
    got: dict[int, str] = {}

    def take(place: int) -> None:
        got[place] = workers.take_in(pictures[place]).digest

    threads = [threading.Thread(target=take, args=(place,)) for place in range(len(pictures))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == {place: take_in(data).digest for place, data in enumerate(pictures)}
