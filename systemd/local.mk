# Units and what goes with them.
EXTRA_DIST += \
	systemd/profd.service.in systemd/profd-user.service.in \
	systemd/profd-records.socket systemd/profd-control.socket \
	systemd/profweb.service.in systemd/profweb-user.service.in \
	systemd/sysusers.conf systemd/tmpfiles.conf
dist_doc_DATA += systemd/profd.service.d/tcp.conf
CLEANFILES += systemd/profd.service systemd/profd-user.service systemd/profweb.service systemd/user/profweb.service

# The folder of profd is known only to make: autoconf leaves prefix in it.
systemd/profd.service: $(top_srcdir)/systemd/profd.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) systemd && $(SED) 's|@sbindir[@]|$(sbindir)|g' $(top_srcdir)/systemd/profd.service.in >$@
systemd/profd-user.service: $(top_srcdir)/systemd/profd-user.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) systemd && $(SED) 's|@sbindir[@]|$(sbindir)|' $(top_srcdir)/systemd/profd-user.service.in >$@

systemd/profweb.service: $(top_srcdir)/systemd/profweb.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) systemd && $(SED) 's|@sbindir[@]|$(sbindir)|' $(top_srcdir)/systemd/profweb.service.in >$@
systemd/user/profweb.service: $(top_srcdir)/systemd/profweb-user.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) systemd/user && $(SED) 's|@sbindir[@]|$(sbindir)|' $(top_srcdir)/systemd/profweb-user.service.in >$@

if HAVE_SYSTEMD
if HAVE_WEB
systemdsystemunit_DATA = systemd/profweb.service
systemduserunit_DATA = systemd/user/profweb.service
endif
all-local: systemd/profd.service systemd/profd-user.service

install-data-local: systemd/profd.service systemd/profd-user.service
	$(MKDIR_P) '$(DESTDIR)$(systemdsystemunitdir)' '$(DESTDIR)$(systemduserunitdir)' \
		'$(DESTDIR)$(sysusersdir)' '$(DESTDIR)$(tmpfilesdir)'
	$(INSTALL_DATA) systemd/profd.service $(top_srcdir)/systemd/profd-records.socket \
		$(top_srcdir)/systemd/profd-control.socket '$(DESTDIR)$(systemdsystemunitdir)'
	$(INSTALL_DATA) systemd/profd-user.service '$(DESTDIR)$(systemduserunitdir)/profd.service'
	$(INSTALL_DATA) $(top_srcdir)/systemd/sysusers.conf '$(DESTDIR)$(sysusersdir)/profd.conf'
	$(INSTALL_DATA) $(top_srcdir)/systemd/tmpfiles.conf '$(DESTDIR)$(tmpfilesdir)/profd.conf'

uninstall-local:
	rm -f '$(DESTDIR)$(systemdsystemunitdir)/profd.service' \
		'$(DESTDIR)$(systemdsystemunitdir)/profd-records.socket' \
		'$(DESTDIR)$(systemdsystemunitdir)/profd-control.socket' \
		'$(DESTDIR)$(systemduserunitdir)/profd.service' \
		'$(DESTDIR)$(sysusersdir)/profd.conf' '$(DESTDIR)$(tmpfilesdir)/profd.conf'
endif
