/*
 * Text that people write: a configuration is good or is refused with one sentence, and names and
 * places of any bytes come out fit for a terminal.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/config/config.h"
#include "daemon/settings.h"
#include "daemon/ledger/ledger.h"
#include "daemon/push/policy.h"
#include "proto/name.h"
#include "proto/endpoint.h"
#include "tests/fuzz/fuzz.h"

/* What reads it wants the path of a file. */
static void read_as_file(const uint8_t *data, size_t size)
{
	static int fd = -1;
	static char path[64];
	struct config_error error = {""};
	struct ledger_limits limits;
	struct policy policy;
	struct config c;

	if (fd < 0) {
		fd = memfd_create("profd.conf", MFD_CLOEXEC);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	must(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
	must(config_init(&c, true));
	if (!config_read(&c, path, &error)) {
		must(error.text[0] != '\0' && strlen(error.text) < sizeof(error.text));
	} else if (config_check(&c, path, &error)) {
		struct ledger *l;

		settings_limit(&limits, &c);
		l = ledger_new(&limits);
		must(l != NULL); /* what was checked is good for a ledger */
		ledger_free(l);
		must(policy_init(&policy, &c, NULL, 1));
		policy_deinit(&policy);
	}
	config_deinit(&c);
}

static void read_as_name(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), printed[NAME_PRINTED_MAX], copied[PROF_NAME_MAX + 1];
	size_t length;

	must(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	length = name_print(printed, sizeof(printed), text);
	must(length < sizeof(printed) && strlen(printed) == length);
	must(name_is_utf8(printed, length));
	for (size_t i = 0; i < length; i++)
		must((unsigned char)printed[i] >= ' ' && printed[i] != '\x7f');
	length = name_copy(copied, sizeof(copied), text, size);
	must(length < sizeof(copied) && copied[length] == '\0' && name_is_utf8(copied, length));
	must(!name_is_valid(text, size) || (length == size && memcmp(copied, text, size) == 0));
	free(text);
}

static void read_as_place(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), place[ENDPOINT_MAX], address[2 * ENDPOINT_MAX];

	must(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	if (endpoint_parse(place, sizeof(place), text)) {
		must(strlen(place) < sizeof(place));
		must((place[0] == '/') != endpoint_is_tcp(place));
		must(endpoint_address(address, sizeof(address), place, "control"));
		must(strlen(address) < sizeof(address));
	}
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_as_file(data, size);
	read_as_name(data, size);
	read_as_place(data, size);
	return 0;
}
