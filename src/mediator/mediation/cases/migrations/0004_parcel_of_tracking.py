"""A merchant finds a deal by its tracking number, among all there are.

Built in the migration's transaction, so that a failure leaves nothing behind; a million rows take some seconds.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("cases", "0003_parcel_code"),)
    operations = (
        migrations.AddIndex("parcel", models.Index(fields=("book_id", "tracking"), name="parcel_of_tracking")),
    )
