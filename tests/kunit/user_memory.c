// SPDX-License-Identifier: GPL-2.0-only
/*
 * The user memory that the behaviour cases ask for: mappings in a memory map that KUnit gives
 * to the thread of the running case and takes away with it.
 */
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/uaccess.h>

#include <kunit/test-bug.h>
#include <kunit/test.h>

#include "case.h"

static unsigned long map(unsigned long bytes, unsigned long protection)
{
	unsigned long address = kunit_vm_mmap(kunit_get_current_test(), NULL, 0, bytes, protection,
					      MAP_ANONYMOUS | MAP_PRIVATE, 0);

	return IS_ERR_VALUE(address) ? 0 : address;
}

mk_user mk_case_user_memory(unsigned long bytes)
{
	unsigned long whole = PAGE_ALIGN(bytes);
	/* One page more, given back at once: nothing may be mapped behind the last byte. */
	unsigned long address = map(whole + PAGE_SIZE, PROT_READ | PROT_WRITE);

	if (address && vm_munmap(address + whole, PAGE_SIZE))
		return NULL;
	return (mk_user)address;
}

mk_user mk_case_user_fault(void)
{
	return (mk_user)map(PAGE_SIZE, PROT_NONE);
}

int mk_case_user_read(void *to, mk_user from, unsigned long bytes)
{
	return copy_from_user(to, from, bytes) ? -EFAULT : 0;
}

int mk_case_user_write(mk_user to, const void *from, unsigned long bytes)
{
	return copy_to_user(to, from, bytes) ? -EFAULT : 0;
}
