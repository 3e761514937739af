// SPDX-License-Identifier: GPL-2.0-only
/* Counters that count nothing: each event of perf on them holds the module. */
#include <linux/module.h>
#include <linux/perf_event.h>

static int mk_pmu_event_init(struct perf_event *event)
{
	return event->attr.type == event->pmu->type ? 0 : -ENOENT;
}

static int mk_pmu_add(struct perf_event *event, int flags)
{
	return 0;
}

static void mk_pmu_stop(struct perf_event *event, int flags)
{
}

static void mk_pmu_read(struct perf_event *event)
{
}

static struct pmu mk_pmu = {
	.module = THIS_MODULE,
	.task_ctx_nr = perf_invalid_context,
	.event_init = mk_pmu_event_init,
	.add = mk_pmu_add,
	.del = mk_pmu_stop,
	.start = mk_pmu_stop,
	.stop = mk_pmu_stop,
	.read = mk_pmu_read,
};

static int __init mk_pmu_init(void)
{
	return perf_pmu_register(&mk_pmu, "mk_pmu", -1);
}
module_init(mk_pmu_init);

static void __exit mk_pmu_exit(void)
{
	perf_pmu_unregister(&mk_pmu);
}
module_exit(mk_pmu_exit);

MODULE_DESCRIPTION("Counters that count nothing");
MODULE_LICENSE("GPL");
