/*
 * profd: options, open, run, close.
 */
#include "daemon/config/options.h"
#include "daemon/profd.h"

int main(int argc, char **argv)
{
	struct options options;
	struct profd *profd;
	enum cli_result result = options_read(&options, argc, argv);
	int status;

	if (result != CLI_RUN)
		return result;
	if (options.check_config)
		return profd_check(&options);
	status = profd_open(&profd, &options);
	if (status != 0)
		return status;
	status = profd_run(profd);
	profd_close(profd);
	return status;
}
