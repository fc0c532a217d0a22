from django.db import migrations

# Who held a role that now directs holds that permission too, to the same end: the rows that grants.py would write.
# Permissions of models come about after migrations; this one is needed now.
ADD = """
    INSERT INTO auth_permission (name, content_type_id, codename)
    SELECT 'DIRECT', type.id, 'direct' FROM django_content_type AS type
    WHERE type.app_label = 'facilities' AND type.model = 'organisation'
    ON CONFLICT (content_type_id, codename) DO NOTHING;

    INSERT INTO facilities_organisationgrant (user_id, permission_id, content_object_id, expires_at)
    SELECT held.user_id, permission.id, held.organisation_id,
        CASE WHEN bool_or(held.expires_at IS NULL) THEN NULL ELSE max(held.expires_at) END
    FROM facilities_rolegrant AS held
    JOIN django_content_type AS type ON type.app_label = 'facilities' AND type.model = 'organisation'
    JOIN auth_permission AS permission ON permission.content_type_id = type.id AND permission.codename = 'direct'
    WHERE held.role IN ('leader', 'inspector', 'chief_administrator')
    GROUP BY held.user_id, permission.id, held.organisation_id
    ON CONFLICT DO NOTHING;
"""
TAKE = """
    DELETE FROM facilities_organisationgrant WHERE permission_id IN
        (SELECT id FROM auth_permission WHERE codename = 'direct')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('facilities', '0007_documents_rollout_and_rules'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [migrations.RunSQL(ADD, TAKE)]
