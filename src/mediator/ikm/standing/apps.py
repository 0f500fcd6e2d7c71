from django.apps import AppConfig


class StandingConfig(AppConfig):
    name = "mediator.ikm.standing"
    label = "ikm_standing"
