/*
 * The gzip format in one go, as bodies are whole here.
 */
#include "web/http/gzip.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#define GZIP_FORMAT (16 + MAX_WBITS)
#define MEMORY_USED 8 /* zlib's usual */

/* "gzip", "gzip;q=0.5", but not "gzip;q=0" and "gzip;q=0.0". */
static bool is_gzip(const char *word, size_t length)
{
	static const char name[] = "gzip";
	const char *q;

	if (length < sizeof(name) - 1 || strncasecmp(word, name, sizeof(name) - 1) != 0)
		return false;
	word += sizeof(name) - 1;
	length -= sizeof(name) - 1;
	q = memchr(word, '=', length);
	if (length != 0 && strchr("; \t", word[0]) == NULL)
		return false;
	return q == NULL || strspn(q + 1, "0.") < length - (size_t)(q + 1 - word);
}

bool gzip_is_accepted(const char *header)
{
	while (header != NULL && *header != '\0') {
		size_t length;

		header += strspn(header, ", \t");
		length = strcspn(header, ",");
		while (length > 0 && (header[length - 1] == ' ' || header[length - 1] == '\t'))
			length--;
		if (is_gzip(header, length))
			return true;
		header += strcspn(header, ",");
	}
	return false;
}

char *gzip_pack(const char *bytes, size_t size, int level, size_t *packed)
{
	z_stream z = {0};
	uLong room;
	char *to;
	int result;

	if (size > UINT_MAX / 2 || deflateInit2(&z, level, Z_DEFLATED, GZIP_FORMAT, MEMORY_USED,
						Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	room = deflateBound(&z, size);
	to = malloc(room);
	z.next_in = (Bytef *)bytes;
	z.avail_in = (uInt)size;
	z.next_out = (Bytef *)to;
	z.avail_out = to == NULL ? 0 : (uInt)room;
	result = deflate(&z, Z_FINISH);
	*packed = z.total_out;
	deflateEnd(&z);
	if (result == Z_STREAM_END)
		return to;
	free(to);
	return NULL;
}
