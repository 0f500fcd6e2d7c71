"""What the shop keeps. Personal data of buyers is in ``Delivery`` alone, apart from the journal, and can be erased."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from mediator.people.models import Person, new_id


class Merchant(models.Model):
    """One who sells. ``id`` as text is the merchant of the book and of every deal's terms.

    ``province`` and ``regency`` are Kemendagri codes ("32", "32.73"). Freight is minor units for each started
    kilogram, within the merchant's own province and to another; both 0 means that freight is free.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    book_id = models.UUIDField(unique=True)
    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(max_length=120)
    about = models.TextField(default="", blank=True)
    province = models.CharField(max_length=2)
    regency = models.CharField(max_length=5, default="", blank=True)
    phone = models.CharField(max_length=20, default="", blank=True, help_text="E.164")
    freight_near_minor = models.BigIntegerField(default=0)
    freight_far_minor = models.BigIntegerField(default=0)
    is_curated = models.BooleanField(default=False)
    is_mentored = models.BooleanField(default=False)
    standing = models.IntegerField(default=0, help_text="0 to 1000; issued by ikm, 0 until then")
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "merchant"


class Member(models.Model):
    """A person who acts for a merchant: ``owner`` may change the payout account and members, ``staff`` may not."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=8, default="owner")
    since = models.DateTimeField()

    class Meta:
        db_table = "merchant_member"
        constraints = (models.UniqueConstraint(fields=("merchant", "person"), name="one_membership"),)


class Listing(models.Model):
    """Goods on offer. ``status``: draft, live, paused. ``stock`` empty: made to order or not counted.

    ``is_first``: goods that were selected, of a mentored producer, shown before all others. ``rank`` orders within that
    and is 0 elsewhere; both are set by ``ikm.standing`` alone. ``words`` is the search vector, kept by the database.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="listings")
    status = models.CharField(max_length=8, default="draft")
    sku = models.CharField(max_length=64, default="", blank=True)
    title = models.CharField(max_length=150)
    text = models.TextField(default="", blank=True)
    attributes = models.JSONField(default=list, help_text="pairs of name and value")
    category = models.CharField(max_length=32)
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="IDR")
    weight_g = models.IntegerField()
    stock = models.IntegerField(null=True, blank=True)
    photos = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    province = models.CharField(max_length=2)
    regency = models.CharField(max_length=5, default="", blank=True)
    is_first = models.BooleanField(default=False)
    rank = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "listing"
        constraints = (
            models.UniqueConstraint(fields=("merchant", "sku"), condition=~models.Q(sku=""), name="one_listing_a_sku"),
        )


class DealLink(models.Model):
    """An offer made in a chat: a frozen promise and its price, under a short code. ``uses`` is once or many."""

    code = models.CharField(primary_key=True, max_length=16)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="links")
    listing = models.ForeignKey(Listing, on_delete=models.SET_NULL, null=True, blank=True)
    promise = models.CharField(max_length=64)
    title = models.CharField(max_length=150)
    category = models.CharField(max_length=32, default="")
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="IDR")
    quantity = models.IntegerField(default=1)
    freight_minor = models.BigIntegerField(null=True, blank=True, help_text="empty: by the merchant's rates")
    clocks = models.JSONField(default=dict, help_text="clock overrides of the deal's terms")
    uses = models.CharField(max_length=4, default="once")
    key = models.CharField(max_length=64, help_text="of the form it was made by: a second click is the same link")
    created_by = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "deal_link"
        indexes = (models.Index(fields=("merchant", "created_at"), name="deal_link_of_merchant"),)
        constraints = (models.UniqueConstraint(fields=("merchant", "key"), name="one_link_a_key"),)


class Basket(models.Model):
    """What somebody means to buy. The id lives in the visitor's session; a person's basket follows the person."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "basket"


class BasketItem(models.Model):
    """``price_minor`` is what the buyer saw; checkout says so when it has changed."""

    basket = models.ForeignKey(Basket, on_delete=models.CASCADE, related_name="items")
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE)
    quantity = models.IntegerField()
    price_minor = models.BigIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        db_table = "basket_item"
        constraints = (models.UniqueConstraint(fields=("basket", "listing"), name="one_item_a_listing"),)


class Delivery(models.Model):
    """Where a deal's parcel goes and how its buyer is reached: written when the deal opens, in that transaction.

    ``buyer`` is the buyer of the deal's terms: ``person`` of an account, or ``guest-<uuid>``. ``purchase`` is the code
    of the payment that funds it. ``listings`` has the listing of each line of the deal, empty for freight.
    """

    pk = models.CompositePrimaryKey("book_id", "deal_id")
    book_id = models.UUIDField()
    deal_id = models.UUIDField()
    buyer = models.CharField(max_length=64)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, help_text="E.164")
    email = models.EmailField(max_length=254, default="", blank=True)
    address = models.TextField()
    province = models.CharField(max_length=2)
    regency = models.CharField(max_length=5)
    postcode = models.CharField(max_length=5, default="", blank=True)
    note = models.CharField(max_length=300, default="", blank=True)
    language = models.CharField(max_length=2, default="id")
    zone = models.CharField(max_length=32, default="Asia/Jakarta")
    title = models.CharField(max_length=200, help_text="what was bought, for lists")
    photo = models.CharField(max_length=64, default="", help_text="digest of the first photograph of the promise")
    purchase = models.CharField(max_length=64, default="")
    link = models.CharField(max_length=16, default="", help_text="code of the deal link it came by")
    listings = ArrayField(models.CharField(max_length=36), default=list)
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "delivery"
        indexes = (
            models.Index(fields=("person", "opened_at"), name="delivery_of_person"),
            models.Index(fields=("purchase",), name="delivery_of_purchase", condition=~models.Q(purchase="")),
            models.Index(fields=("link",), name="delivery_of_link", condition=~models.Q(link="")),
        )


class StockHold(models.Model):
    """So many of a counted listing that a deal took, until they are sent; ``is_taken`` False: they were given back."""

    pk = models.CompositePrimaryKey("book_id", "deal_id", "listing_id")
    book_id = models.UUIDField()
    deal_id = models.UUIDField()
    listing_id = models.UUIDField()
    quantity = models.IntegerField()
    is_taken = models.BooleanField(default=True)

    class Meta:
        db_table = "stock_hold"


class PayoutAccount(models.Model):
    """Where a merchant's money goes. A new one counts only from ``active_from`` on, and the owners are told at once:
    who takes over a sign-in must not take over the money. ``number`` is encrypted; ``last_digits`` is what is shown."""

    id = models.UUIDField(primary_key=True, default=new_id)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="payout_accounts")
    bank = models.CharField(max_length=16, help_text="bank's code")
    number = models.TextField(help_text="encrypted")
    last_digits = models.CharField(max_length=4)
    holder = models.CharField(max_length=120)
    added_by = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    active_from = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "payout_account"
