// SPDX-License-Identifier: GPL-2.0-only
/*
 * Its init and its exit print as many lines as they are told, and a timer and a work item print
 * meanwhile.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

static uint lines = 1;
module_param(lines, uint, 0444);
MODULE_PARM_DESC(lines, "how many lines init prints");

static uint ms;
module_param(ms, uint, 0444);
MODULE_PARM_DESC(ms, "milliseconds that init sleeps between lines");

static char *word = "word";
module_param(word, charp, 0444);
MODULE_PARM_DESC(word, "what stands in every line");

static int error;
module_param(error, int, 0444);
MODULE_PARM_DESC(error, "errno that init returns");

static void mk_timer_runs(struct timer_list *timer)
{
	pr_info("mk_talks: in an interrupt\n");
}

static DEFINE_TIMER(mk_timer, mk_timer_runs);

static void mk_work_runs(struct work_struct *work)
{
	pr_info("mk_talks: in a worker\n");
}

static DECLARE_WORK(mk_work, mk_work_runs);

static int __init mk_talks_init(void)
{
	unsigned int i;

	mod_timer(&mk_timer, jiffies + 1);
	schedule_work(&mk_work);
	for (i = 0; i < lines; i++) {
		pr_debug("mk_talks: not printed\n");
		pr_warn("mk_talks: %s %u\n", word, i);
		msleep(ms);
	}
	flush_work(&mk_work);
	while (timer_pending(&mk_timer))
		msleep(1);
	return -error;
}
module_init(mk_talks_init);

static void __exit mk_talks_exit(void)
{
	pr_info("mk_talks: ends\n");
}
module_exit(mk_talks_exit);

MODULE_DESCRIPTION("Test module that prints");
MODULE_LICENSE("GPL");
