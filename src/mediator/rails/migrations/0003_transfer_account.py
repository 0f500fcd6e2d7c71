from django.db import migrations, models


class Migration(migrations.Migration):
    """Where a payout went. A column with a constant default: at once, however many rows there are."""

    dependencies = [("rails", "0002_unmatched_payment_why")]

    operations = [
        migrations.AddField(
            "transfer",
            "account",
            models.TextField(db_default="", default="", help_text="id of the payee's account; empty: none was named"),
        ),
    ]
