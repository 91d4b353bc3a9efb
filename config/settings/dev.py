"""The embedded profile: what `make up` runs, with no server beside the site itself."""

from config.settings.base import *  # noqa: F403
