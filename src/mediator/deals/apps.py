from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "mediator.deals"
    label = "deals"
