from core.models.images import SiteDocument, SiteImage, SiteImageRendition
from core.models.imports import ImportBatch, ImportRow
from core.models.mixins import TimeStamped

__all__ = ["ImportBatch", "ImportRow", "SiteDocument", "SiteImage", "SiteImageRendition", "TimeStamped"]
