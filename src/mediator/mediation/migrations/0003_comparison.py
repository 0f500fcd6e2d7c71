"""Results of comparing photographs, kept so that no page waits for them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("mediation", "0002_append_only"),)
    operations = (
        migrations.CreateModel(
            name="ComparisonResult",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "promised", "received", "version", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("promised", models.CharField(max_length=64)),
                ("received", models.CharField(max_length=64)),
                (
                    "version",
                    models.IntegerField(help_text="of the comparison: a better one computes anew"),
                ),
                ("found", models.TextField(help_text="comparisons.Found as JSON")),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "comparison_result"},
        ),
    )
