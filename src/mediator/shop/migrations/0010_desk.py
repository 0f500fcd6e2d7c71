"""What the merchant's desk looks up: a deal by the code on its parcel, a shop's listings in order, imports in waiting.

A dry run of an import keeps what was read of the file, so that what is applied is what was shown."""

from django.db import migrations

MAKE = """
CREATE INDEX delivery_of_code ON delivery (right(deal_id::text, 10));
CREATE INDEX listing_of_shop ON listing (merchant_id, id);
CREATE TABLE product_import (
    id uuid PRIMARY KEY,
    merchant_id uuid NOT NULL,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL,
    file_name text NOT NULL,
    rows text NOT NULL,
    applied_at timestamptz
);
CREATE INDEX product_import_of_merchant ON product_import (merchant_id, made_at);
"""
UNMAKE = "DROP TABLE product_import; DROP INDEX listing_of_shop; DROP INDEX delivery_of_code;"


class Migration(migrations.Migration):
    dependencies = (("shop", "0003_search"),)
    operations = (migrations.RunSQL(MAKE, UNMAKE),)
