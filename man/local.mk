# Man pages.
dist_man_MANS += man/profctl.1
