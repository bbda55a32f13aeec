# profd, the daemon.
