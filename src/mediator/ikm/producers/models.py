"""Who produces what. Numbers that name a person (NIK, and NPWP where it is one) are sealed; a mark finds them again.

Amounts are minor units of rupiah. Places are Kemendagri codes with their dot; what a register wrote, and in which
system of codes, stays beside it.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from mediator.people.models import new_id


class Organisation(models.Model):
    """A body that mentors, selects, validates or keeps a register: a ministry, a dinas, a bank's office.

    ``body`` names what counts as one when it is asked *how many bodies*: regional offices of a ministry share its code.
    ``level`` is national, province or regency; ``region`` the Kemendagri code of what it is responsible for ("" all).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.SlugField(unique=True, max_length=40)
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=16, help_text="ministry, agency, province, regency, bank, association")
    level = models.CharField(max_length=8)
    region = models.CharField(max_length=5, default="", blank=True)
    body = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "ikm_organisation"


class Producer(models.Model):
    """One who makes goods. ``merchant`` is their shop here, once there is one.

    ``name_key`` is the name as near-doubles are looked for (``service.name_key``). ``merged_into``: this row was found
    to be another's double, by a person; it stays as it was. ``erased_at``: personal data was taken out on request.
    ``nib`` is 13 digits or empty; nobody but one living row has it. Capital is without land and buildings of the place
    of business; ``sales_minor`` a year's, of ``figures_year``.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=150)
    name_key = models.CharField(max_length=150, default="")
    nib = models.CharField(max_length=13, default="", blank=True)
    nik_sealed = models.TextField(default="", blank=True)
    nik_mark = models.CharField(max_length=32, default="", blank=True)
    npwp_sealed = models.TextField(default="", blank=True)
    npwp_mark = models.CharField(max_length=32, default="", blank=True)
    owner_name = models.CharField(max_length=150, default="", blank=True)
    phone = models.CharField(max_length=20, default="", blank=True, help_text="E.164")
    email = models.EmailField(max_length=254, default="", blank=True)
    address = models.CharField(max_length=300, default="", blank=True)
    province = models.CharField(max_length=2)
    regency = models.CharField(max_length=5, default="", blank=True)
    district = models.CharField(max_length=8, default="", blank=True)
    region_given = models.CharField(max_length=16, default="", blank=True)
    region_system = models.CharField(max_length=12, default="kemendagri", help_text="kemendagri or bps, as given")
    kbli = models.CharField(max_length=5, default="", blank=True)
    kbli_version = models.CharField(max_length=4, default="2020")
    workers = models.IntegerField(null=True, blank=True)
    capital_minor = models.BigIntegerField(null=True, blank=True)
    sales_minor = models.BigIntegerField(null=True, blank=True)
    figures_year = models.SmallIntegerField(null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    merchant = models.UUIDField(null=True, blank=True, unique=True, help_text="id of their shop's merchant")
    source = models.CharField(max_length=60, default="self", help_text="self, or register:<organisation>")
    merged_into = models.UUIDField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "ikm_producer"
        constraints = (
            models.UniqueConstraint(
                fields=("nib",), condition=~models.Q(nib="") & models.Q(merged_into=None), name="ikm_one_nib"
            ),
        )
        indexes = (
            models.Index(fields=("nik_mark",), name="ikm_producer_nik", condition=~models.Q(nik_mark="")),
            models.Index(fields=("npwp_mark",), name="ikm_producer_npwp", condition=~models.Q(npwp_mark="")),
            models.Index(fields=("regency", "name_key"), name="ikm_producer_name"),
            models.Index(fields=("province", "id"), name="ikm_producer_place"),
        )


class Product(models.Model):
    """A product of a producer, as it is selected: certificates are for products, never for a seller.

    ``kind`` chooses the criteria (``selection`` names them: food, fashion, craft, …); ``listing`` is the listing of the
    shop that sells it. ``origin`` is where it is made: domestic, mixed (made here of imported goods), imported or
    unknown; it counts as shown only with ``origin_evidence``. ``unit`` (g, ml, piece, m) and ``unit_quantity`` make
    prices comparable; ``attributes`` are pairs of name and value that say its quality.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    producer = models.ForeignKey(Producer, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=24)
    category = models.CharField(max_length=32, default="other", help_text="the shop's")
    hs = models.CharField(max_length=6, default="", blank=True)
    kbli = models.CharField(max_length=5, default="", blank=True)
    kbli_version = models.CharField(max_length=4, default="2020")
    listing = models.UUIDField(null=True, blank=True, unique=True)
    origin = models.CharField(max_length=8, default="unknown")
    origin_evidence = models.CharField(max_length=300, default="", blank=True)
    unit = models.CharField(max_length=8, default="piece")
    unit_quantity = models.IntegerField(default=1)
    price_minor = models.BigIntegerField(null=True, blank=True)
    attributes = models.JSONField(default=list, help_text="pairs of name and value")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "ikm_product"
        constraints = (models.UniqueConstraint(fields=("producer", "name"), name="ikm_one_product_a_name"),)
        indexes = (models.Index(fields=("hs", "category"), name="ikm_product_hs", condition=~models.Q(hs="")),)


class Permit(models.Model):
    """A permit or certificate that others issued. A number whose form is right is *given*, nothing more.

    Four things that are never one: ``issued_on``; ``fulfilled_on`` (what it was issued on condition of, where its kind
    has such: due by ``commitment_due``); ``revoked_on``; ``valid_to`` (the last day; empty: no end). *Verified* says
    who looked, in which register or at which document, at which evidence, and when to look again. ``product`` empty: it
    is the producer's. ``scope`` is what it covers (SPPT SNI: "type-1 <batch>", "type-5"). ``file`` is the digest of a
    kept picture of the document.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    producer = models.ForeignKey(Producer, on_delete=models.PROTECT, related_name="permits")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="permits")
    kind = models.CharField(max_length=16)
    number = models.CharField(max_length=64)
    issuer = models.CharField(max_length=150, default="", blank=True)
    scope = models.CharField(max_length=120, default="", blank=True)
    file = models.CharField(max_length=64, default="", blank=True)
    issued_on = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    commitment_due = models.DateField(null=True, blank=True)
    fulfilled_on = models.DateField(null=True, blank=True)
    revoked_on = models.DateField(null=True, blank=True)
    revoked_why = models.CharField(max_length=300, default="", blank=True)
    verified_by = models.CharField(max_length=64, default="", blank=True, help_text="person's id")
    verified_how = models.CharField(max_length=16, default="", blank=True, help_text="register or document")
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_evidence = models.CharField(max_length=64, default="", blank=True)
    check_again_on = models.DateField(null=True, blank=True)
    reminded_days = models.SmallIntegerField(null=True, blank=True, help_text="the last step that was reminded of")
    source = models.CharField(max_length=60, default="self")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "ikm_permit"
        constraints = (models.UniqueConstraint(fields=("producer", "kind", "number"), name="ikm_one_permit_a_number"),)
        indexes = (
            models.Index(fields=("valid_to",), name="ikm_permit_ends", condition=models.Q(revoked_on=None)),
            models.Index(fields=("kind", "number"), name="ikm_permit_number"),
        )


class Claim(models.Model):
    """A shop says that it is a producer of a register. Until an official who saw the document agrees, nothing is
    linked: a NIB is on every invoice, so knowing it proves nothing. ``is_accepted`` empty: nobody has looked yet."""

    id = models.UUIDField(primary_key=True, default=new_id)
    producer = models.ForeignKey(Producer, on_delete=models.PROTECT, related_name="claims")
    merchant = models.UUIDField()
    by = models.CharField(max_length=64, help_text="person's id")
    words = models.CharField(max_length=500, default="", blank=True)
    photos = ArrayField(models.CharField(max_length=64), default=list)
    at = models.DateTimeField()
    decided_by = models.CharField(max_length=64, default="", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    is_accepted = models.BooleanField(null=True, blank=True)
    why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        db_table = "ikm_claim"
        constraints = (
            models.UniqueConstraint(
                fields=("producer", "merchant"), condition=models.Q(is_accepted=None), name="ikm_one_open_claim"
            ),
        )
        indexes = (models.Index(fields=("at",), name="ikm_claim_open", condition=models.Q(is_accepted=None)),)


class SizeClass(models.Model):
    """The size a rule gives a producer: by which regime and version, from which figures, worked out as of which day.

    ``size`` is micro, small, medium or large; ``rule`` the code of the line of the regime's table that decided.
    """

    pk = models.CompositePrimaryKey("producer_id", "regime")
    producer_id = models.UUIDField()
    regime = models.CharField(max_length=24)
    version = models.CharField(max_length=12)
    size = models.CharField(max_length=8)
    rule = models.CharField(max_length=48)
    as_of = models.DateField()

    class Meta:
        db_table = "ikm_size_class"


class Changed(models.Model):
    """A producer of whom something changed that their standing depends on; deleted when it was worked out anew."""

    producer_id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "ikm_changed"
