"""A parcel is found by the code that is printed on it, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("cases", "0002_rights"),)
    operations = (
        migrations.AddField(
            "parcel",
            "tail",
            models.CharField(default="", help_text="end of the deal's id: the code on the parcel", max_length=10),
        ),
        migrations.AddIndex("parcel", models.Index(fields=("tail",), name="parcel_of_code")),
    )
