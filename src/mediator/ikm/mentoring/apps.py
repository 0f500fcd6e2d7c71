from django.apps import AppConfig


class MentoringConfig(AppConfig):
    name = "mediator.ikm.mentoring"
    label = "ikm_mentoring"
