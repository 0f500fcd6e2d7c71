"""A replay's worker process: ``python -m mediator.replay.stream_worker PARENT``, orders on stdin, answers on stdout.

It ends when its parent ends. Whatever ends it, what it committed stays and what it had not is not there.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import BinaryIO

from mediator.config.database import close_django_connections, ensure_database
from mediator.config.orphans import die_with_parent


def work(orders: BinaryIO, answers: BinaryIO) -> None:
    """Take orders until the parent says that there are no more, then apply the rest. If it goes silent, stop there."""
    ensure_database()
    from mediator.replay.stream import Stream
    from mediator.replay.stream_pipe import Begin, Done, End, Finished, Work, read_order, write_frame

    begin = read_order(orders)
    if not isinstance(begin, Begin):
        return
    stream = Stream(begin.setting, begin.batch)
    while isinstance(found := read_order(orders), Work):
        stream.feed(found.tasks)
        write_frame(answers, Done(sum(task.leads for task in found.tasks)))
    if isinstance(found, End):
        write_frame(answers, Finished(stream.finish()))
    close_django_connections()


def main() -> None:
    """Work; whatever goes wrong is told to the parent, which tells the person."""
    die_with_parent(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends us in order
    answers = sys.stdout.buffer
    try:
        work(sys.stdin.buffer, answers)
    except Exception as error:
        if os.environ.get("MEDIATOR_DEBUG") == "1":
            raise
        from mediator.replay.stream_pipe import failure_of, write_frame

        write_frame(answers, failure_of(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
