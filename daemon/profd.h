/*
 * The daemon as a whole: owns all parts, and calls them in the order in which data flows.
 */
#ifndef DAEMON_PROFD_H
#define DAEMON_PROFD_H

struct profd;
struct options;

/*
 * Reads the configuration, opens the database and the sockets. What is wrong is said on standard
 * error. Returns 0, or the exit status.
 */
int profd_open(struct profd **profd, const struct options *options);

/* Checks the configuration only. Returns the exit status. */
int profd_check(const struct options *options);

/* Runs until it is asked to end, and commits what is left. Returns the exit status. */
int profd_run(struct profd *p);

/* NULL is fine. */
void profd_close(struct profd *p);

#endif
