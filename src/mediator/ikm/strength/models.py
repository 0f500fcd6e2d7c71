"""What is known of markets: prices seen, trade by country and product, figures of a sector, and local-content
sheets."""

from __future__ import annotations

from django.db import models

from mediator.ikm.producers.models import Product
from mediator.people.models import new_id


class PriceObservation(models.Model):
    """A price somebody saw: of which goods, from where, on which day, for how much of them.

    ``origin`` is domestic, mixed, imported or unknown; unknown is its own class and counts as neither. ``unit`` is
    one of g, ml, piece, m and ``quantity`` so many of it. ``price_minor`` is rupiah on a shelf here; where only the
    price at the port was known, ``cif_minor`` with the rates of that day, and ``price_minor`` is what it lands at.
    ``attributes`` is the declared quality as it is compared (``gap.quality_of``). ``orders``, ``on_time`` and
    ``complaints`` are of the seller's record where the source tells it. A source's item is ``ref``; a day has one
    price of it.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    source = models.CharField(max_length=60)
    ref = models.CharField(max_length=120)
    observed_on = models.DateField()
    title = models.CharField(max_length=150, default="", blank=True)
    origin = models.CharField(max_length=8)
    country = models.CharField(max_length=3, default="", blank=True)
    hs = models.CharField(max_length=6, default="", blank=True)
    kbli = models.CharField(max_length=5, default="", blank=True)
    category = models.CharField(max_length=32)
    unit = models.CharField(max_length=8)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    price_minor = models.BigIntegerField()
    cif_minor = models.BigIntegerField(null=True, blank=True)
    duty_bp = models.IntegerField(null=True, blank=True)
    ppn_bp = models.IntegerField(null=True, blank=True)
    freight_minor = models.BigIntegerField(null=True, blank=True)
    attributes = models.JSONField(default=dict)
    orders = models.IntegerField(null=True, blank=True)
    on_time = models.IntegerField(null=True, blank=True)
    complaints = models.IntegerField(null=True, blank=True)
    imported_at = models.DateTimeField()

    class Meta:
        db_table = "ikm_price_observation"
        constraints = (
            models.UniqueConstraint(fields=("source", "ref", "observed_on"), name="ikm_one_price_a_day"),
            models.CheckConstraint(condition=models.Q(price_minor__gt=0, quantity__gt=0), name="ikm_price_is_some"),
        )
        indexes = (
            models.Index(fields=("hs", "category", "observed_on"), name="ikm_price_hs", condition=~models.Q(hs="")),
            models.Index(
                fields=("kbli", "category", "observed_on"),
                name="ikm_price_kbli",
                condition=~models.Q(kbli=""),
            ),
        )


class TradeSet(models.Model):
    """What one source told of one year in one system of codes (hs, sitc or kbli). ``digest`` is of its rows: the same
    again changes nothing. ``money`` is the unit of its values, empty where the source does not say. ``countries`` is
    how many reported exports: the world of its measures is those and no more (0: the source gives the world's totals).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    source = models.CharField(max_length=60)
    system = models.CharField(max_length=4)
    year = models.SmallIntegerField()
    money = models.CharField(max_length=24, default="", blank=True)
    note = models.CharField(max_length=300, default="", blank=True)
    rows = models.IntegerField()
    countries = models.IntegerField(default=0)
    digest = models.CharField(max_length=32)
    imported_by = models.CharField(max_length=64)
    imported_at = models.DateTimeField()

    class Meta:
        db_table = "ikm_trade_set"
        constraints = (models.UniqueConstraint(fields=("source", "system", "year"), name="ikm_one_trade_set"),)


class TradeRow(models.Model):
    """One flow (export, import, output) of a country in a product. ``country`` is ISO 3166 alpha-3 in small letters, or
    wld for a total of the world that the source gives itself. ``quantity`` empty: not told."""

    trade_set = models.ForeignKey(TradeSet, on_delete=models.CASCADE, related_name="flows")
    flow = models.CharField(max_length=6)
    country = models.CharField(max_length=3)
    code = models.CharField(max_length=10)
    value = models.DecimalField(max_digits=20, decimal_places=2)
    quantity = models.DecimalField(max_digits=20, decimal_places=3, null=True, blank=True)
    unit = models.CharField(max_length=12, default="", blank=True)

    class Meta:
        db_table = "ikm_trade_row"
        constraints = (
            models.UniqueConstraint(fields=("trade_set", "code", "flow", "country"), name="ikm_one_trade_flow"),
        )


class SectorFigure(models.Model):
    """Measures of one product of one country's trade (``trade``), worked out when a set comes in. Empty: not known.

    ``unit_value_ratio_bp`` compares what is made here with imports; ``unit_value_of`` says by which flow (output or
    export).
    """

    trade_set = models.ForeignKey(TradeSet, on_delete=models.CASCADE, related_name="figures")
    country = models.CharField(max_length=3)
    code = models.CharField(max_length=10)
    exports = models.FloatField(null=True)
    imports = models.FloatField(null=True)
    output = models.FloatField(null=True)
    rca = models.FloatField(null=True)
    rsca = models.FloatField(null=True)
    ln_rca = models.FloatField(null=True)
    rma = models.FloatField(null=True)
    rta = models.FloatField(null=True)
    michaely = models.FloatField(null=True)
    lafay = models.FloatField(null=True)
    balance = models.FloatField(null=True)
    penetration = models.FloatField(null=True)
    unit_value_ratio_bp = models.BigIntegerField(null=True)
    unit_value_of = models.CharField(max_length=6, default="", blank=True)

    class Meta:
        db_table = "ikm_sector_figure"
        constraints = (models.UniqueConstraint(fields=("country", "code", "trade_set"), name="ikm_one_sector_figure"),)


class TkdnSheet(models.Model):
    """A local-content sheet of a product as it was declared, and what came out. Never changed: a better one is a new
    version. ``id`` is the key of the form it was sent by."""

    id = models.UUIDField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="tkdn_sheets")
    version = models.IntegerField()
    regulation = models.CharField(max_length=32)
    components = models.JSONField(help_text="lists of factor, name, cost_minor, local_bp")
    has_factory_here = models.BooleanField(default=False)
    has_workforce_here = models.BooleanField(default=False)
    research_bp = models.IntegerField(default=0)
    bmp = models.JSONField(default=list, help_text="pairs of factor and basis points")
    by = models.CharField(max_length=9)
    is_small_industry = models.BooleanField(default=False)
    tkdn_bp = models.IntegerField()
    bmp_bp = models.IntegerField()
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "ikm_tkdn_sheet"
        constraints = (models.UniqueConstraint(fields=("product", "version"), name="ikm_one_sheet_a_version"),)
