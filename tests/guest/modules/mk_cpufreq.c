// SPDX-License-Identifier: GPL-2.0-only
/* Driver of the frequency of processors, so that a governor has something to govern. */
#include <linux/cpufreq.h>
#include <linux/module.h>

static struct cpufreq_frequency_table mk_cpufreq_table[] = {
	{ .frequency = 1000000 },
	{ .frequency = 2000000 },
	{ .frequency = CPUFREQ_TABLE_END },
};

static int mk_cpufreq_init(struct cpufreq_policy *policy)
{
	policy->freq_table = mk_cpufreq_table;
	policy->cur = mk_cpufreq_table[0].frequency;
	return 0;
}

static int mk_cpufreq_target(struct cpufreq_policy *policy, unsigned int index)
{
	return 0;
}

static struct cpufreq_driver mk_cpufreq_driver = {
	.name = "mk_cpufreq",
	.init = mk_cpufreq_init,
	.verify = cpufreq_generic_frequency_table_verify,
	.target_index = mk_cpufreq_target,
};

static int __init mk_cpufreq_start(void)
{
	return cpufreq_register_driver(&mk_cpufreq_driver);
}
module_init(mk_cpufreq_start);

static void __exit mk_cpufreq_exit(void)
{
	cpufreq_unregister_driver(&mk_cpufreq_driver);
}
module_exit(mk_cpufreq_exit);

MODULE_DESCRIPTION("Driver of the frequency of processors that have one");
MODULE_LICENSE("GPL");
