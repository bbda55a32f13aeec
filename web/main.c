/*
 * profweb: options, open, run, close.
 */
#include "web/options.h"
#include "web/profweb.h"

int main(int argc, char **argv)
{
	struct options options;
	struct profweb *profweb;
	int status;

	switch (options_read(&options, argc, argv)) {
	case OPTIONS_RUN:
		break;
	case OPTIONS_DONE:
		return 0;
	case OPTIONS_WRONG:
		return 2;
	}
	status = profweb_open(&profweb, &options);
	if (status != 0)
		return status;
	status = profweb_run(profweb);
	profweb_close(profweb);
	return status;
}
