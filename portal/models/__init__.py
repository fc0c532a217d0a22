"""What the portal keeps of its own: figures, frozen figures, tables that people keep, and files made for them."""

from portal.models.export import Export
from portal.models.figures import FacilityStanding, Figures
from portal.models.saved_view import SavedView
from portal.models.snapshot import Publication, Snapshot, SnapshotDay

__all__ = ["Export", "FacilityStanding", "Figures", "Publication", "SavedView", "Snapshot", "SnapshotDay"]
