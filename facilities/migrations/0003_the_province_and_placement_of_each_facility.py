from django.db import migrations

# Each facility's province is its district's; and each has been where it is since before anything was recorded.
FILL = """
    UPDATE facilities_facility AS facility SET province_id = district.province_id
    FROM facilities_administrativeunit AS district WHERE district.id = facility.district_id;
    INSERT INTO facilities_placement (facility_id, parent_id, province_id, district_id)
    SELECT facility.id, parent.id, facility.province_id, facility.district_id
    FROM facilities_facility AS facility
    JOIN facilities_organisation AS node ON node.id = facility.organisation_id
    JOIN facilities_organisation AS parent ON parent.path = left(node.path, length(node.path) - 4);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('facilities', '0002_mandates_placements_records_and_history'),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
