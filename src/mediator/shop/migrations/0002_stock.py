from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]

    operations = [
        migrations.AlterField(
            "deallink",
            "freight_minor",
            models.BigIntegerField(blank=True, help_text="empty: by the merchant's rates", null=True),
        ),
        migrations.CreateModel(
            name="StockHold",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "book_id",
                        "deal_id",
                        "listing_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("book_id", models.UUIDField()),
                ("deal_id", models.UUIDField()),
                ("listing_id", models.UUIDField()),
                ("quantity", models.IntegerField()),
                ("is_taken", models.BooleanField(default=True)),
            ],
            options={"db_table": "stock_hold"},
        ),
    ]
