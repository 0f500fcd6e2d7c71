from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "mediator.shop"
    label = "shop"
