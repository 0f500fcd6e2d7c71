from django.apps import AppConfig


class AccreditedConfig(AppConfig):
    name = "mediator.ikm.accredited"
    label = "ikm_accredited"
