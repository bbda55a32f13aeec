/*
 * Packing bodies. The only part that knows zlib.
 */
#ifndef WEB_HTTP_GZIP_H
#define WEB_HTTP_GZIP_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a header Accept-Encoding, which may be NULL, takes it. */
bool gzip_is_accepted(const char *header);

/* level: 1 is fast, 9 is small. A new block, to be freed; NULL without memory. */
char *gzip_pack(const char *bytes, size_t size, int level, size_t *packed);

#endif
