// SPDX-License-Identifier: GPL-2.0-only
/* The tracepoints of references to modules. */
#include "kapi/core.h"
#include "shim/kapi/module.h"
#include "probe_set.h"
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

int mk_reference_trace_start(struct mk_probe_set *set)
{
	int error = mk_probe_trace(set, &mk_get_trace);

	return error ? error : mk_probe_trace(set, &mk_put_trace);
}

#endif /* CONFIG_TRACEPOINTS */
