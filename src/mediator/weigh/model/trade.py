"""Two standard partial-equilibrium models of trade, to hold the answer against: SMART and GSIM.

Values of trade in one unit of money; tariffs are fractions, ``power`` means 1 + tariff.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mediator.weigh.errors import refusal

from .checks import Floats, Values, array, require_converged


def trade_creation(imports: Values, demand_elasticity: Values, tariff_before: Values, tariff_after: Values) -> Floats:
    """Imports that a lower tariff adds: TC = m eps dt / (1 + t0); the elasticity is negative.

    Source: Laird and Yeats 1986 (UNCTAD, the SMART model), with supply at a given world price.
    """
    change = array(tariff_after) - array(tariff_before)
    return np.asarray(array(imports) * array(demand_elasticity) * change / (1 + array(tariff_before)))


def trade_diversion(
    preferred: Values, others: Values, substitution: Values, tariff_before: Values, tariff_after: Values
) -> Floats:
    """Imports that a preference moves from others: TD = m_c m_o / (m_c + m_o) |dt| / (1 + t0) sigma, at most m_o.

    Source: Jammes and Olarreaga 2005, "Explaining SMART and GSIM" (World Bank), first order.
    """
    chosen, rest = array(preferred), array(others)
    cut = np.abs(array(tariff_after) - array(tariff_before)) / (1 + array(tariff_before))
    total = chosen + rest
    moved = np.where(total > 0, chosen * rest / np.where(total > 0, total, 1.0), 0.0) * cut * array(substitution)
    return np.asarray(np.minimum(moved, rest))


def tariff_revenue_change(
    imports_before: Values, tariff_before: Values, imports_after: Values, tariff_after: Values
) -> Floats:
    """What customs take more or less: t1 M1 - t0 M0; add up over origins. Accounting identity."""
    return array(tariff_after) * array(imports_after) - array(tariff_before) * array(imports_before)


def welfare_triangle(imports_change: Values, tariff_before: Values, tariff_after: Values) -> Floats:
    """The gain of buyers that customs don't lose: (t0 + t1) / 2 x change of imports.

    Source: the trapezoid under a straight demand curve (Harberger 1954, American Economic Review 44(2)).
    """
    return 0.5 * (array(tariff_before) + array(tariff_after)) * array(imports_change)


@dataclass(frozen=True)
class World:
    """A world's trade in one good: ``trade`` [exporter, importer] at world prices, ``power`` the same shape.

    Elasticities by region: ``import_demand`` (negative), ``export_supply``, ``substitution`` between origins.
    """

    trade: Floats
    power: Floats
    import_demand: Floats
    export_supply: Floats
    substitution: Floats

    def __post_init__(self) -> None:
        regions = len(self.trade)
        shapes = [each.shape for each in (self.import_demand, self.export_supply, self.substitution)]
        if {self.trade.shape, self.power.shape} != {(regions, regions)} or set(shapes) != {(regions,)}:
            raise refusal("wrong_shape", f"Trade and tariffs are square, elasticities {regions} long.")


@dataclass(frozen=True)
class TradeChange:
    """By region: ``price`` of its exports (fraction), and changes in money of surpluses, tariff revenue and their sum.

    ``trade`` [exporter, importer]: change of quantity as a fraction.
    """

    price: Floats
    trade: Floats
    producer_surplus: Floats
    consumer_surplus: Floats
    tariff_revenue: Floats

    @property
    def net(self) -> Floats:
        """Producers, consumers and customs together."""
        return self.producer_surplus + self.consumer_surplus + self.tariff_revenue


def global_simulation(world: World, power_after: Floats) -> TradeChange:
    """What new tariffs do everywhere, solved as the linear system that clears every exporter's market.

    Demand: M^_rv = N_own (p_r + t_rv) + sum over s not r of N_cross (p_s + t_sv), with N_own = theta_rv Em_v -
    (1 - theta_rv) Es_v and N_cross = theta_sv (Em_v + Es_v), theta import shares at inside prices and t_rv the change
    of power; supply Ex_r p_r = sum over v of phi_rv M^_rv, phi export shares. Raises ``not_converged`` when it can't
    be solved. Source: Francois and Hall 2003, "Global Simulation Analysis of Industry-Level Trade Policy" (GSIM).
    """
    shift = power_after / world.power - 1
    inside_value = world.trade * world.power
    theta = inside_value / inside_value.sum(axis=0)
    phi = world.trade / world.trade.sum(axis=1, keepdims=True)
    cross = theta * (world.import_demand + world.substitution)
    # The own elasticity is the cross one less Es, so one matrix serves both: N_own = theta (Em + Es) - Es.
    slope = phi @ cross.T - np.diag(phi @ world.substitution)
    pushed = phi @ (cross * shift).sum(axis=0) - (phi * shift) @ world.substitution
    system = np.diag(world.export_supply) - slope
    is_regular = bool(np.isfinite(system).all()) and np.linalg.matrix_rank(system) == len(system)
    require_converged(np.asarray([is_regular]), "The world market")
    price = np.linalg.solve(system, pushed)
    moved = price[:, None] + shift
    quantity = (cross * moved).sum(axis=0) - world.substitution * moved
    return _welfare(world, power_after, theta, price, quantity)


def _welfare(world: World, power_after: Floats, theta: Floats, price: Floats, quantity: Floats) -> TradeChange:
    """Surpluses as Francois and Hall give them.

    The second-order term of consumers has the sign of the price change, as in their paper: a rise then costs a little
    more than the area under a straight demand curve.
    """
    producers = world.trade.sum(axis=1) * price * (1 + 0.5 * world.export_supply * price)
    paid = (world.trade * world.power).sum(axis=0)
    composite = (theta * ((1 + price[:, None]) * power_after / world.power - 1)).sum(axis=0)
    consumers = paid * (0.5 * world.import_demand * composite**2 * np.sign(composite) - composite)
    after = world.trade * (1 + quantity) * (1 + price[:, None])
    revenue = ((power_after - 1) * after - (world.power - 1) * world.trade).sum(axis=0)
    return TradeChange(price, quantity, producers, consumers, revenue)
