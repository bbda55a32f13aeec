/*
 * Which build of its program this process runs: the number that the linker gave the executable.
 */
#ifndef CLIENT_BASE_BUILD_ID_H
#define CLIENT_BASE_BUILD_ID_H

/* The first 12 of its hexadecimal digits, as `file` and `readelf --notes` show them; "none" where
 * the executable has none. Writes into `to` and returns it. */
#define BUILD_ID_ROOM 13
const char *build_id(char to[BUILD_ID_ROOM]);

#endif
