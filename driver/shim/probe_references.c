// SPDX-License-Identifier: GPL-2.0-only
/* The tracepoints of references to modules. */
#include "kapi/core.h"
#include "module.h"
#include "probes.h"
#include "tracepoint.h"

#ifdef CONFIG_TRACEPOINTS

static void mk_reference_got(void *data, struct module *mod, unsigned long ip)
{
	mk_core_reference(mk_from_module(mod), ip, true);
}

static void mk_reference_put(void *data, struct module *mod, unsigned long ip)
{
	mk_core_reference(mk_from_module(mod), ip, false);
}

static struct mk_tracepoint mk_get_trace = {
	.name = "module_get",
	.probe = mk_reference_got,
};

static struct mk_tracepoint mk_put_trace = {
	.name = "module_put",
	.probe = mk_reference_put,
};

int mk_reference_trace_register(void)
{
	int error = mk_tracepoint_register(&mk_get_trace);

	if (error)
		return error;
	error = mk_tracepoint_register(&mk_put_trace);
	if (error)
		mk_tracepoint_unregister(&mk_get_trace);
	return error;
}

void mk_reference_trace_unregister(void)
{
	mk_tracepoint_unregister(&mk_put_trace);
	mk_tracepoint_unregister(&mk_get_trace);
}

#endif /* CONFIG_TRACEPOINTS */
