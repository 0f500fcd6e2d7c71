"""Mentoring: the mentor's desk, the office's programmes, and the producer's own path."""

from __future__ import annotations

from django.urls import path, re_path

from mediator.web.mentoring import desk, downloads, enrolment, meetings, own, programme, sessions, strength, work

urlpatterns = [
    path("mentoring", desk.desk, name="mentoring"),
    path("mentoring/programmes", desk.programmes, name="mentoring-programmes"),
    path("mentoring/programmes/<uuid:programme>", programme.programme, name="mentoring-programme"),
    path("mentoring/programmes/<uuid:programme>/rounds/new", programme.new_round, name="mentoring-round-new"),
    path("mentoring/programmes/<uuid:programme>/rules", programme.rules, name="mentoring-rules"),
    re_path(
        r"^mentoring/programmes/(?P<programme>[0-9a-f-]{36})/(?P<what>outcomes|duplicates|progress)\.csv$",
        downloads.csv_of,
        name="mentoring-csv",
    ),
    path("mentoring/rounds/<uuid:held>", programme.round_, name="mentoring-round"),
    path("mentoring/rounds/<uuid:held>/assign", programme.assign, name="mentoring-assign"),
    path("mentoring/enrolments/<uuid:enrolment>", enrolment.enrolment, name="mentoring-enrolment"),
    path("mentoring/enrolments/<uuid:enrolment>/do/<slug:act>", enrolment.do, name="mentoring-do"),
    path("mentoring/enrolments/<uuid:enrolment>/mentor", enrolment.mentor, name="mentoring-mentor"),
    path("mentoring/enrolments/<uuid:enrolment>/task", work.task, name="mentoring-task-new"),
    path("mentoring/enrolments/<uuid:enrolment>/tasks/<uuid:task>", work.answer, name="mentoring-task"),
    path("mentoring/enrolments/<uuid:enrolment>/assess", work.assess, name="mentoring-assess"),
    path("mentoring/enrolments/<uuid:enrolment>/measure", work.measure, name="mentoring-measure"),
    path("mentoring/enrolments/<uuid:enrolment>/photo/<str:digest>", enrolment.photo, name="mentoring-photo"),
    path("mentoring/enrolments/<uuid:enrolment>/sessions/<uuid:session>", sessions.show, name="mentoring-session"),
    path("mentoring/products/<uuid:product>/strength", strength.strength, name="mentoring-strength"),
    path("mentoring/sessions/new", sessions.new, name="mentoring-session-new"),
    path("mentoring/sessions/<uuid:session>/correct", sessions.correct, name="mentoring-session-correct"),
    path("mentoring/sessions/<uuid:session>/void", sessions.void, name="mentoring-session-void"),
    path("mentoring/meetings/new", meetings.new, name="mentoring-meeting-new"),
    path("mentoring/meetings/<uuid:meeting>/cancel", meetings.cancel, name="mentoring-meeting-cancel"),
    path("merchant/path/mentoring", own.path, name="path-mentoring"),
    path("merchant/path/mentoring/<uuid:enrolment>", own.enrolment, name="path-mentoring-enrolment"),
    path("merchant/path/mentoring/<uuid:enrolment>/drop", own.drop, name="path-mentoring-drop"),
    path("merchant/path/mentoring/<uuid:enrolment>/tasks/<uuid:task>", own.task, name="path-mentoring-task"),
    path(
        "merchant/path/mentoring/<uuid:enrolment>/sessions/<uuid:session>", own.session, name="path-mentoring-session"
    ),
    path("merchant/path/mentoring/<uuid:enrolment>/photo/<str:digest>", own.photo, name="path-mentoring-photo"),
]
