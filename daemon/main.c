/*
 * profd: options, open, run, close.
 */
#include "daemon/config/options.h"
#include "daemon/profd.h"

int main(int argc, char **argv)
{
	struct options options;
	struct profd *profd;
	int status;

	switch (options_read(&options, argc, argv)) {
	case OPTIONS_RUN:
		break;
	case OPTIONS_DONE:
		return 0;
	case OPTIONS_WRONG:
		return 2;
	}
	if (options.check_config)
		return profd_check(&options);
	status = profd_open(&profd, &options);
	if (status != 0)
		return status;
	status = profd_run(profd);
	profd_close(profd);
	return status;
}
