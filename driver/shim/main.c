// SPDX-License-Identifier: GPL-2.0-only
/*
 * Life of the module: its parameters, and the order in which its parts start and stop.
 *
 * The core follows new modules before it reads the list of loaded ones, so that it misses none.
 * Consumers of records start before the sources of records, and stop after them.
 *
 * Interfaces to user space open last and close first. If init fails, the kernel frees the module
 * even if something holds it, so nothing may hold it before the last step. Once the netlink family
 * exists, the kernel's own dumps may hold its operations. Hence the family comes last, and the
 * device exists before it but cannot be opened yet.
 */
#include "shim/kapi/printk.h"

#include <linux/cpumask.h>
#include <linux/kstrtox.h>
#include <linux/log2.h>
#include <linux/modkeeper.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/stringify.h>
#include <linux/sysfs.h>

#include "device.h"
#include "kapi/core.h"
#include "shim/kapi/workqueue.h"
#include "netlink.h"
#include "netlink_sender.h"
#include "notifier.h"
#include "probes.h"
#include "tests.h"

static unsigned int ring_kb = 1024;
module_param(ring_kb, uint, 0444);
/* clang-format off */
MODULE_PARM_DESC(ring_kb, "Size of the ring of records in KiB: a power of two from "
		 __stringify(MK_RING_KB_MIN) " to " __stringify(MK_RING_KB_MAX)
		 " (default: 1024)");
/* clang-format on */

static bool trace_probes = true;
module_param(trace_probes, bool, 0444);
MODULE_PARM_DESC(trace_probes, "Probe functions of the kernel: 0 records less (default: 1)");

/* A boot line gets any machine back with it: nothing raises it until the driver is loaded again. */
static unsigned int policy_mode = MODKEEPER_POLICY_MODE_ENFORCE;

static const char *const mk_policy_modes[] = {
	[MODKEEPER_POLICY_MODE_OFF] = "off",
	[MODKEEPER_POLICY_MODE_AUDIT] = "audit",
	[MODKEEPER_POLICY_MODE_ENFORCE] = "enforce",
};

static int mk_policy_mode_set(const char *value, const struct kernel_param *parameter)
{
	int mode = sysfs_match_string(mk_policy_modes, value);

	if (mode < 0) {
		pr_err("policy_mode=%s is refused: it must be off, audit or enforce\n", value);
		return mode;
	}
	policy_mode = mode;
	return 0;
}

static int mk_policy_mode_get(char *to, const struct kernel_param *parameter)
{
	return sysfs_emit(to, "%s\n", mk_policy_modes[policy_mode]);
}

static const struct kernel_param_ops mk_policy_mode_ops = {
	.set = mk_policy_mode_set,
	.get = mk_policy_mode_get,
};
module_param_cb(policy_mode, &mk_policy_mode_ops, &policy_mode, 0444);
__MODULE_PARM_TYPE(policy_mode, "charp");
MODULE_PARM_DESC(policy_mode,
		 "What the policy may do at most: off, audit or enforce (default: enforce)");

/* Whether the driver runs: until then, and from its end on, parameters are only noted. */
static DEFINE_MUTEX(mk_running_lock);
static bool mk_running;
static bool track_refs;

/* Written by root at any time, even while the driver ends. */
static int mk_track_refs_set(const char *value, const struct kernel_param *parameter)
{
	bool on = true;
	int error = value ? kstrtobool(value, &on) : 0;

	if (error)
		return error;
	mutex_lock(&mk_running_lock);
	if (mk_running)
		error = mk_references_switch(on);
	if (!error)
		track_refs = on;
	mutex_unlock(&mk_running_lock);
	return error;
}

static const struct kernel_param_ops mk_track_refs_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = mk_track_refs_set,
	.get = param_get_bool,
};
module_param_cb(track_refs, &mk_track_refs_ops, &track_refs, 0644);
__MODULE_PARM_TYPE(track_refs, "bool");
MODULE_PARM_DESC(track_refs, "Record every reference that is taken or dropped (default: 0)");

static void mk_set_running(bool running)
{
	mutex_lock(&mk_running_lock);
	mk_running = running;
	mutex_unlock(&mk_running_lock);
}

static int __init mk_check_parameters(void)
{
	if (is_power_of_2(ring_kb) && ring_kb >= MK_RING_KB_MIN && ring_kb <= MK_RING_KB_MAX)
		return 0;
	pr_err("ring_kb=%u is refused: it must be a power of two from %u to %u\n", ring_kb,
	       MK_RING_KB_MIN, MK_RING_KB_MAX);
	return -EINVAL;
}

void __weak mk_tests_run(void)
{
}

static int __init mk_init(void)
{
	struct mk_config config = {
		.version = MODKEEPER_VERSION,
		.features = MODKEEPER_FEATURE_NOTIFIER | MODKEEPER_FEATURE_NETLINK,
	};
	int error;

	error = mk_check_parameters();
	if (error)
		return error;
	config.ring_bytes = (unsigned long)ring_kb * SZ_1K;
	config.cpus = num_possible_cpus();
	config.policy_ceiling = policy_mode;
	mk_tests_run();

	error = mk_core_init(&config);
	if (error)
		goto fail;
	mk_core_take_policy();
	error = mk_sender_start();
	if (error)
		goto fail_core;
	error = mk_notifier_register();
	if (error)
		goto fail_sender;
	mk_core_add_features(mk_probes_register(trace_probes, track_refs));
	mk_core_seed();
	error = mk_device_register();
	if (error)
		goto fail_probes;
	error = mk_netlink_register();
	if (error)
		goto fail_device;
	mk_device_allow();
	mk_set_running(true);
	return 0;

fail_device:
	mk_device_unregister();
fail_probes:
	mk_probes_unregister();
	mk_notifier_unregister();
	mk_later_stop();
fail_sender:
	mk_sender_stop();
fail_core:
	mk_core_exit();
fail:
	pr_err("cannot start: error %d\n", error);
	return error;
}

static void __exit mk_exit(void)
{
	mk_set_running(false);
	mk_device_unregister();
	mk_netlink_unregister();
	mk_probes_unregister();
	mk_notifier_unregister();
	mk_later_stop();
	mk_sender_stop();
	mk_core_exit();
}

/* The tests use hooks that KUnit sets in an init of its own, if both are built in. */
#ifdef CONFIG_MODKEEPER_KUNIT_TEST
late_initcall_sync(mk_init);
#else
module_init(mk_init);
#endif
module_exit(mk_exit);

MODULE_AUTHOR("Modkeeper maintainers <maintainers@modkeeper.example>");
MODULE_DESCRIPTION("Records what happens to kernel modules and tells which are there");
MODULE_VERSION(MODKEEPER_VERSION);
MODULE_LICENSE("GPL");
