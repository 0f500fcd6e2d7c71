from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "mediator.people"
    label = "people"
