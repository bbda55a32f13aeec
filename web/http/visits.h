/*
 * The connections that are open, and until when each may wait: who says a request byte by byte, or
 * takes an answer so, must not keep others out.
 */
#ifndef WEB_HTTP_VISITS_H
#define WEB_HTTP_VISITS_H

#include <stdbool.h>

struct visits;
struct visit;

struct visits *visits_new(void); /* NULL without memory */
void visits_free(struct visits *visits);

/* From the opening of a connection to just before its end. NULL without memory, which the others
 * bear. */
struct visit *visits_begin(struct visits *visits, int fd, double seconds);
void visits_end(struct visits *visits, struct visit *visit);

/* It may take so many seconds from now on; 0: as long as it likes. */
void visits_allow(struct visits *visits, struct visit *visit, double seconds);

/* Shuts the connections whose time is up; their own threads notice and end them. */
void visits_tend(struct visits *visits);

#endif
