"""Stretches of the way that several walks share."""

from __future__ import annotations

from tests.browser.house import BATIK, House, photo_of
from tests.browser.visitor import Visitor

STAIN = "Ada noda cokelat di tengah kain. Di foto toko bersih."


def order(visitor: Visitor, email: str = "") -> None:
    """Fill in where the parcel goes, and order."""
    visitor.fill(
        name="Rara Anggraini", phone="0812 3456 7890", regency="32.73", address="Jl. Dago 7, RT 02/01", email=email
    )
    visitor.send()
    if visitor.page.locator('main [name="regency"]').count():
        visitor.send()  # without a script the freight is known only now, and the total is shown before it is agreed to


def pay(visitor: Visitor, house: House) -> None:
    """Pay as the sandbox would, on the payment page; then the receipt says so."""
    visitor.press("Pay as the sandbox would")
    house.work()


def follow(visitor: Visitor) -> None:
    """From the receipt to the deal's page."""
    visitor.press("Follow this deal")


def claim(visitor: Visitor, remedy: str = "refund", amount: str = "") -> None:
    """Claim that the goods are not as described, with two photographs."""
    visitor.choose("claim")
    visitor.tick("kind", "not_as_described")
    visitor.tick("remedy", remedy)
    if amount:
        visitor.fill(amount=amount)
    visitor.fill(words=STAIN)
    visitor.attach("photos", photo_of(BATIK, "stained"), photo_of(BATIK, "torn"))
    visitor.look("claim-form")
    visitor.send()
