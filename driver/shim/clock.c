// SPDX-License-Identifier: GPL-2.0-only
/* The two clocks that records are stamped with. */
#include <linux/ktime.h>

#include "kapi/kapi.h"

void mk_times_now(struct mk_times *times)
{
	times->boottime_ns = ktime_get_boottime_ns();
	times->realtime_ns = ktime_get_real_ns();
}
