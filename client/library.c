/*
 * What every user of libprofclient needs: its version, and what an error means.
 */
#include "client/base/error.h"
#include "include/profclient.h"

#include "config.h"

const char *prof_strerror(int error)
{
	return error_text(error);
}

const char *prof_error_name(int error)
{
	return error_name(error);
}

const char *prof_version(void)
{
	return PACKAGE_VERSION;
}
