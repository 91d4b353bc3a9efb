"""地区与站点 in the Wagtail admin, for the clerks of a bureau and of a site."""
