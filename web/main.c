/*
 * profweb: options, open, run, close.
 */
#include "web/options.h"
#include "web/profweb.h"

int main(int argc, char **argv)
{
	struct options options;
	struct profweb *profweb;
	enum cli_result result = options_read(&options, argc, argv);
	int status;

	if (result != CLI_RUN)
		return result;
	status = profweb_open(&profweb, &options);
	if (status != 0)
		return status;
	status = profweb_run(profweb);
	profweb_close(profweb);
	return status;
}
