import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('facilities', '0003_the_province_and_placement_of_each_facility'),
    ]

    operations = [
        migrations.AlterField(
            model_name='facility',
            name='province',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='facilities_in_province', to='facilities.administrativeunit', verbose_name='province'),
        ),
        migrations.AlterField(
            model_name='facilityevent',
            name='province',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='facilities.administrativeunit', verbose_name='province'),
        ),
    ]
