from core.models.images import SiteDocument, SiteImage, SiteImageRendition
from core.models.mixins import TimeStamped

__all__ = ["SiteDocument", "SiteImage", "SiteImageRendition", "TimeStamped"]
