# Man pages.
dist_man_MANS += man/profctl.1
dist_man_MANS += man/profd.8 man/profd.conf.5
