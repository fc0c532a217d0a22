"""Facilities and zones as the REST API shows them."""

from rest_framework import serializers

from facilities.models import AdministrativeUnit, Facility, Zone


class UnitSerializer(serializers.ModelSerializer[AdministrativeUnit]):
    """A province or district; its code is its own only together with its first valid day."""

    class Meta:
        model = AdministrativeUnit
        fields = ["id", "code", "valid_from", "name", "full_name"]


class FacilitySerializer(serializers.ModelSerializer[Facility]):
    """A facility with where it lies."""

    organisation = serializers.IntegerField(source="organisation_id", read_only=True)
    name = serializers.CharField(source="organisation.name", read_only=True)
    district = UnitSerializer(read_only=True)
    province = UnitSerializer(read_only=True)

    class Meta:
        model = Facility
        fields = ["id", "organisation", "code", "name", "sector", "premises", "district", "province", "address"]


class ZoneSerializer(serializers.ModelSerializer[Zone]):
    """A zone, and what the guideline says of cameras there."""

    facility = serializers.IntegerField(source="facility_id", read_only=True)
    requirement = serializers.SerializerMethodField()

    class Meta:
        model = Zone
        fields = ["id", "facility", "kind", "name", "requirement"]

    def get_requirement(self, zone: Zone) -> str:
        return zone.requirement.value
