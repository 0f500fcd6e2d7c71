from django.apps import AppConfig


class SelectionConfig(AppConfig):
    name = "mediator.ikm.selection"
    label = "ikm_selection"
