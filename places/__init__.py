"""地区与站点: the region tree with its history, organisations, 学堂 sites and their rooms."""
