"""What selection and mentoring keep lies above this package; where they are not installed, tables of that form do."""

from __future__ import annotations

import psycopg
import pytest

from mediator.config import database

STAND_INS = """
CREATE TABLE IF NOT EXISTS ikm_selected (product_id uuid PRIMARY KEY, producer_id uuid NOT NULL, grade text NOT NULL,
    permille smallint NOT NULL, organisation text NOT NULL, application_id uuid NOT NULL,
    decided_at timestamptz NOT NULL, valid_to date NOT NULL, ended_at timestamptz, ended_why text NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS ikm_mentored (enrolment_id uuid PRIMARY KEY, producer_id uuid NOT NULL, body text NOT NULL,
    organisation text NOT NULL, programme text NOT NULL, completed_at timestamptz NOT NULL, ended_at timestamptz);
"""


@pytest.fixture(autouse=True)
def neighbours(request: pytest.FixtureRequest) -> None:
    if {"db", "transactional_db", "django_db_setup"} & set(request.fixturenames):
        with psycopg.connect(database.owner_conninfo()) as owner:
            owner.execute(STAND_INS)
