"""The shop, deal links, basket, checkout and payment."""

from __future__ import annotations

from django.urls import path

from mediator.web.storefront import basket, browse, checkout, how, link_order, links, payment

urlpatterns = [
    path("", browse.home, name="home"),
    path("shop", browse.results, name="shop"),
    path("shop/<slug:slug>", browse.shop_of, name="shop-of"),
    path("p/<uuid:listing_id>", browse.product, name="product"),
    path("p/<uuid:listing_id>/photo/<str:digest>", browse.product_photo, name="product-photo"),
    path("basket", basket.basket, name="basket"),
    path("checkout", checkout.checkout, name="checkout"),
    path("pay/<str:code>", payment.pay, name="pay"),
    path("receipt/<str:token>", payment.receipt, name="receipt"),
    path("l/<str:code>", link_order.link, name="link"),
    path("l/<str:code>/card.png", link_order.link_card, name="link-card"),
    path("l/<str:code>/photo/<str:digest>", link_order.link_photo, name="link-photo"),
    path("links/new", links.link_new, name="link-new"),
    path("links/<str:code>", links.link_made, name="link-made"),
    path("how", how.how, name="how"),
]
