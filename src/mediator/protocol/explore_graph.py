"""Does every walk through a graph of states end, and when at the latest? By strongly connected components.

States that reach each other by moves that take no time (evidence shown again, an account named again) are one knot;
between knots there may be no way back. Then the longest time to the end is a longest path, and walks can be counted.
"""

from __future__ import annotations

from typing import NamedTuple

Edge = tuple[int, int, str]
"""(target, seconds it takes, what happened)."""


class Ends(NamedTuple):
    """What the search for the longest walk found. ``endless`` names a cycle that takes time, if there is one."""

    longest_s: int
    slowest: tuple[str, ...]
    paths: int
    endless: tuple[str, ...]


def knots(edges: list[list[Edge]], final: list[bool]) -> list[int]:
    """The number of each node's strongly connected component among non-final nodes (Tarjan 1972, without recursion).

    Components are numbered in reverse topological order: an edge leads to an equal or lower number.
    """
    index = [0] * len(edges)
    low = [0] * len(edges)
    knot = [-1] * len(edges)
    count = found = 0
    stack: list[int] = []
    for root in range(len(edges)):
        if index[root]:
            continue
        work = [(root, 0)]
        while work:
            node, place = work.pop()
            if place == 0:
                count += 1
                index[node] = low[node] = count
                stack.append(node)
            targets = () if final[node] else edges[node]
            descended = False
            for at in range(place, len(targets)):
                target = targets[at][0]
                if not index[target]:
                    work.append((node, at + 1))
                    work.append((target, 0))
                    descended = True
                    break
                if knot[target] < 0:
                    low[node] = min(low[node], index[target])
            if descended:
                continue
            if low[node] == index[node]:
                while True:
                    member = stack.pop()
                    knot[member] = found
                    if member == node:
                        break
                found += 1
            if work:
                parent = work[-1][0]
                low[parent] = min(low[parent], low[node])
    return knot


def ends(edges: list[list[Edge]], final: list[bool], start: int) -> Ends:
    """The longest time from any non-final node to a final one, the way there, and how many walks lead from ``start``
    to a final node, each knot walked through once."""
    knot = knots(edges, final)
    members: dict[int, list[int]] = {}
    for node, number in enumerate(knot):
        members.setdefault(number, []).append(node)
    longest: dict[int, int] = {}
    way: dict[int, tuple[int, int, Edge] | None] = {}
    paths: dict[int, int] = {}
    for number in range(len(members)):
        nodes = members[number]
        best, how, ways = 0, None, 0
        for node in nodes:
            if final[node]:
                ways = 1
                continue
            for edge in edges[node]:
                target, seconds, _ = edge
                if knot[target] == number:
                    if seconds:
                        return Ends(0, (), 0, (edge[2],))
                    continue
                ways += paths[knot[target]]
                if how is None or longest[knot[target]] + seconds > best:
                    best, how = longest[knot[target]] + seconds, (node, target, edge)
        if how is None and not final[nodes[0]]:
            return Ends(0, (), 0, ("a state without a way out",))
        longest[number], way[number], paths[number] = best, how, ways
    slowest = max(range(len(members)), key=lambda number: longest[number])
    return Ends(longest[slowest], _walk(slowest, way, knot), paths[knot[start]], ())


def _walk(number: int, way: dict[int, tuple[int, int, Edge] | None], knot: list[int]) -> tuple[str, ...]:
    steps: list[str] = []
    while (how := way[number]) is not None:
        _, target, (_, _, label) = how
        steps.append(label)
        number = knot[target]
    return tuple(steps)
