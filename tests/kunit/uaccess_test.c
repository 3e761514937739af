// SPDX-License-Identifier: GPL-2.0-only
/* Copies to and from real mappings, good, read-only and absent, end with what they say. */
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/string.h>

#include "case.h"
#include "suites.h"

static const char text[] = "a text of some length";

static void what_goes_out_comes_back(struct kunit *test)
{
	mk_user there = mk_case_user_memory(PAGE_SIZE);
	char back[sizeof(text)] = {};

	KUNIT_ASSERT_NOT_NULL(test, there);
	KUNIT_EXPECT_EQ(test, mk_copy_to_user(there, text, sizeof(text)), 0);
	KUNIT_EXPECT_EQ(test, mk_case_user_read(back, there, sizeof(back)), 0);
	KUNIT_EXPECT_STREQ(test, back, text);

	memset(back, 0, sizeof(back));
	KUNIT_EXPECT_EQ(test, mk_copy_from_user(back, there, sizeof(back)), 0);
	KUNIT_EXPECT_STREQ(test, back, text);
}

static void copies_span_pages(struct kunit *test)
{
	unsigned long bytes = 5 * PAGE_SIZE;
	mk_user there = mk_case_user_memory(bytes);
	u8 *out = kunit_kmalloc(test, bytes, GFP_KERNEL);
	u8 *back = kunit_kzalloc(test, bytes, GFP_KERNEL);
	unsigned long i;

	KUNIT_ASSERT_NOT_NULL(test, there);
	KUNIT_ASSERT_NOT_NULL(test, out);
	KUNIT_ASSERT_NOT_NULL(test, back);
	for (i = 0; i < bytes; i++)
		out[i] = i % 251;
	/* begins and ends in the middle of a page */
	KUNIT_EXPECT_EQ(test, mk_copy_to_user(there + 100, out, bytes - 200), 0);
	KUNIT_EXPECT_EQ(test, mk_copy_from_user(back, there + 100, bytes - 200), 0);
	KUNIT_EXPECT_MEMEQ(test, back, out, bytes - 200);
}

static void absent_memory_faults(struct kunit *test)
{
	mk_user fault = mk_case_user_fault();
	char back[sizeof(text)];

	KUNIT_ASSERT_NOT_NULL(test, fault);
	KUNIT_EXPECT_EQ(test, mk_copy_to_user(fault, text, sizeof(text)), -EFAULT);
	KUNIT_EXPECT_EQ(test, mk_copy_from_user(back, fault, sizeof(back)), -EFAULT);
	KUNIT_EXPECT_EQ(test, mk_copy_to_user(NULL, text, sizeof(text)), -EFAULT);
	KUNIT_EXPECT_EQ(test, mk_copy_from_user(back, NULL, sizeof(back)), -EFAULT);
}

static void the_end_of_a_mapping_faults(struct kunit *test)
{
	mk_user there = mk_case_user_memory(PAGE_SIZE);
	char back[sizeof(text)];

	KUNIT_ASSERT_NOT_NULL(test, there);
	KUNIT_EXPECT_EQ(test, mk_copy_to_user(there + PAGE_SIZE - 4, text, sizeof(text)), -EFAULT);
	KUNIT_EXPECT_EQ(test, mk_copy_from_user(back, there + PAGE_SIZE - 4, sizeof(back)),
			-EFAULT);
	/* up to the very last byte it is fine */
	KUNIT_EXPECT_EQ(test, mk_copy_to_user(there + PAGE_SIZE - sizeof(text), text, sizeof(text)),
			0);
}

static void read_only_memory_is_not_written(struct kunit *test)
{
	unsigned long address =
		kunit_vm_mmap(test, NULL, 0, PAGE_SIZE, PROT_READ, MAP_ANONYMOUS | MAP_PRIVATE, 0);
	mk_user there = (mk_user)address;
	char back[sizeof(text)] = "x";

	KUNIT_ASSERT_NE(test, address, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(address));
	KUNIT_EXPECT_EQ(test, mk_copy_to_user(there, text, sizeof(text)), -EFAULT);
	KUNIT_EXPECT_EQ(test, mk_copy_from_user(back, there, sizeof(back)), 0);
	KUNIT_EXPECT_EQ(test, back[0], 0);
}

static void kernel_memory_is_no_user_memory(struct kunit *test)
{
	char target[sizeof(text)] = "untouched";

	KUNIT_ASSERT_NOT_NULL(test, mk_case_user_memory(PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, mk_copy_to_user((__force mk_user)target, text, sizeof(text)),
			-EFAULT);
	KUNIT_EXPECT_STREQ(test, target, "untouched");
	KUNIT_EXPECT_EQ(test, mk_copy_from_user(target, (__force mk_user)text, sizeof(text)),
			-EFAULT);
	KUNIT_EXPECT_EQ(test, mk_copy_to_user((mk_user)(~0ul - 2), text, sizeof(text)), -EFAULT);
	KUNIT_EXPECT_EQ(test, mk_copy_from_user(target, (mk_user)(~0ul - 2), sizeof(text)),
			-EFAULT);
}

static void nothing_is_always_copied(struct kunit *test)
{
	mk_user there = mk_case_user_memory(PAGE_SIZE);
	char back = 'x';

	KUNIT_ASSERT_NOT_NULL(test, there);
	KUNIT_EXPECT_EQ(test, mk_copy_to_user(there, text, 0), 0);
	KUNIT_EXPECT_EQ(test, mk_copy_from_user(&back, there, 0), 0);
	KUNIT_EXPECT_EQ(test, back, 'x');
}

static struct kunit_case cases[] = { KUNIT_CASE(what_goes_out_comes_back),
				     KUNIT_CASE(copies_span_pages),
				     KUNIT_CASE(absent_memory_faults),
				     KUNIT_CASE(the_end_of_a_mapping_faults),
				     KUNIT_CASE(read_only_memory_is_not_written),
				     KUNIT_CASE(kernel_memory_is_no_user_memory),
				     KUNIT_CASE(nothing_is_always_copied),
				     {} };

struct kunit_suite mk_uaccess_suite = {
	.name = "modkeeper_uaccess",
	.test_cases = cases,
};
