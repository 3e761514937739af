// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two clocks for timestamps of records, with one hardware access for both; and a clock without
 * any, for very frequent events.
 */
#include <linux/ktime.h>
#include <linux/timekeeping.h>

#include "kapi/kapi.h"

struct mk_times mk_times_now(void)
{
	ktime_t now = ktime_get();

	return (struct mk_times){
		.boottime_ns = ktime_to_ns(ktime_mono_to_any(now, TK_OFFS_BOOT)),
		.realtime_ns = ktime_to_ns(ktime_mono_to_any(now, TK_OFFS_REAL)),
	};
}

u64 mk_boottime_coarse_ns(void)
{
	return ktime_get_coarse_boottime_ns();
}
