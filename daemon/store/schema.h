/*
 * The schema of profd's database, as the steps that lead from one version to the next.
 * docs/schema.md describes it.
 */
#ifndef DAEMON_STORE_SCHEMA_H
#define DAEMON_STORE_SCHEMA_H

struct sqlite3;

#define SCHEMA_APPLICATION 0x70726f66 /* "prof": tells our files from other databases */

/* Step i leads from version i to i + 1; the first one makes an empty file a database of version 1.
 */
extern const char *const schema_steps[];
extern const unsigned schema_version; /* how many steps there are: the version of this profd */

/*
 * Brings a database to version `count` by the steps it lacks, all in one transaction. Gives what
 * SQLite gave: SQLITE_OK, or why nothing was changed.
 */
int schema_migrate(struct sqlite3 *db, const char *const *steps, unsigned count);

/* The first number a PRAGMA gives. */
int schema_pragma(struct sqlite3 *db, const char *pragma, long long *number);

#endif
