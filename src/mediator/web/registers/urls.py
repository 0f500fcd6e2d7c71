"""Registers in, and doubles: for officials of the organisation that keeps the register."""

from __future__ import annotations

from django.urls import path

from mediator.web.registers import doubles, pages

urlpatterns = [
    path("registers", pages.listed, name="registers"),
    path("registers/doubles", doubles.listed, name="register-doubles"),
    path("registers/doubles/<uuid:double>", doubles.pair, name="register-double"),
    path("registers/doubles/<uuid:double>/apart", doubles.apart, name="register-apart"),
    path("registers/merges/<uuid:merge>/undo", doubles.undo, name="register-undo"),
    path("registers/<uuid:imported>", pages.shown, name="register-import"),
    path("registers/<uuid:imported>/columns", pages.columns, name="register-columns"),
    path("registers/<uuid:imported>/apply", pages.apply, name="register-apply"),
    path("registers/<uuid:imported>/report.csv", pages.report, name="register-report"),
]
