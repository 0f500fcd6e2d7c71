from django.db import migrations, models


class Migration(migrations.Migration):
    """Why money fits no deal, as a code. A column with a constant default: at once, however many rows there are."""

    dependencies = [("rails", "0001_initial")]

    operations = [
        migrations.AddField(
            "unmatchedpayment",
            "why",
            models.TextField(db_default="", default="", help_text="empty: kept before codes were"),
        ),
    ]
