// SPDX-License-Identifier: GPL-2.0-only
/* Lines of the core in the kernel's log, and the parameter that lets the chatty ones through. */
#include "shim/kapi/printk.h"

#include <linux/moduleparam.h>

#include "kapi/kapi.h"

static bool debug;
module_param(debug, bool, 0644);
MODULE_PARM_DESC(debug, "Write what the driver does to the kernel log (default: off)");

void mk_log_error(const char *text)
{
	pr_err("%s\n", text);
}

void mk_log_info(const char *text)
{
	pr_info("%s\n", text);
}

void mk_log_notice(const char *text)
{
	pr_notice("%s\n", text);
}

bool mk_logs_debug(void)
{
	return READ_ONCE(debug);
}

void mk_log_debug(const char *text)
{
	if (mk_logs_debug())
		pr_info("%s\n", text);
}
