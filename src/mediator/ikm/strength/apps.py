from django.apps import AppConfig


class StrengthConfig(AppConfig):
    name = "mediator.ikm.strength"
    label = "ikm_strength"
