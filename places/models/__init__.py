from places.models.organisation import Organisation
from places.models.region import Region, RegionRecord
from places.models.room import Room, RoomSlot
from places.models.site import AcademySite, SiteEvidence, SiteFacility

__all__ = [
    "AcademySite",
    "Organisation",
    "Region",
    "RegionRecord",
    "Room",
    "RoomSlot",
    "SiteEvidence",
    "SiteFacility",
]
