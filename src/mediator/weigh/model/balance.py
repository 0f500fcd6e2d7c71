"""What it comes to for Indonesia."""

from __future__ import annotations

from .checks import Floats, Values, array


def net_for_indonesia(consumers: Values, producers: Values, government: Values, domestic_rail: Values) -> Floats:
    """Net = dCS + dPi_D + dGov + dRail_domestic, all changes in one unit of money.

    Only Indonesians' gains and losses: profits of foreign merchants and of a foreign operator are left out. What has
    no price (data that leaves the country, dependence on one rail, supervision) is not in it. Source: the sum of
    surpluses of applied welfare economics (Harberger 1971, Journal of Economic Literature 9(3)), equal weights.
    """
    return array(consumers) + array(producers) + array(government) + array(domestic_rail)
