// SPDX-License-Identifier: GPL-2.0-only
/*
 * flood THREADS [other]: as nobody, THREADS threads that are refused to unload and to load a module
 * again and again, until SIGTERM; with "other", to name the host, which the driver does not see.
 * Prints how many calls there were.
 */
#include <errno.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY 65534

static atomic_bool over;
static atomic_ulong calls, wrong;

static void refused(long result)
{
	atomic_fetch_add(&calls, 1);
	if (result != -1 || errno != EPERM)
		atomic_fetch_add(&wrong, 1);
}

static void *flood(void *unused)
{
	while (!atomic_load(&over)) {
		refused(syscall(SYS_delete_module, "mk_base", 0));
		refused(syscall(SYS_finit_module, -1, "", 0));
	}
	return unused;
}

static void *flood_others(void *unused)
{
	while (!atomic_load(&over))
		refused(syscall(SYS_sethostname, "", 0));
	return unused;
}

int main(int count, char **words)
{
	bool other = count > 2 && !strcmp(words[2], "other");
	int threads = count > 1 ? atoi(words[1]) : 0, i;
	static pthread_t all[1024];
	sigset_t ends;
	int which;

	if (threads <= 0 || threads > 1024 || setgroups(0, NULL) || setgid(NOBODY) ||
	    setuid(NOBODY)) {
		fprintf(stderr, "usage, as root: flood THREADS [other]\n");
		return 2;
	}
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	for (i = 0; i < threads; i++)
		if (pthread_create(&all[i], NULL, other ? flood_others : flood, NULL))
			return 1;
	sigwait(&ends, &which);
	atomic_store(&over, true);
	for (i = 0; i < threads; i++)
		pthread_join(all[i], NULL);
	printf("%lu\n", atomic_load(&calls));
	return atomic_load(&wrong) != 0;
}
