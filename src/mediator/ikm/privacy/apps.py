from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "mediator.ikm.privacy"
    label = "ikm_privacy"
