# libprofclient: what programs link.
