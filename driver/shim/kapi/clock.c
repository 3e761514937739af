// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two clocks that records are stamped with, one reading of the hardware for both; and one
 * without any, for what can happen very often.
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
