from django.apps import AppConfig


class MediationConfig(AppConfig):
    name = "mediator.mediation"
    label = "mediation"
