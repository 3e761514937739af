// SPDX-License-Identifier: GPL-2.0-only
/* The wall's memory: zeroed, and mirrored where it says so. */
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "kapi/kapi.h"
#include "suites.h"

static void memory_is_zeroed(struct kunit *test)
{
	static const unsigned long sizes[] = { 1, 64, PAGE_SIZE, SZ_1M + 8 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		u8 *memory = mk_memory_alloc(sizes[i]);

		KUNIT_ASSERT_NOT_NULL(test, memory);
		KUNIT_EXPECT_NULL(test, memchr_inv(memory, 0, sizes[i]));
		/* what comes back must not be this */
		memset(memory, 0xa5, sizes[i]);
		mk_memory_free(memory);
	}
}

static void nothing_is_freed(struct kunit *test)
{
	mk_memory_free(NULL);
}

static void impossible_memory_is_null(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, mk_memory_alloc(ULONG_MAX - PAGE_SIZE));
}

static const unsigned long mirror_sizes[] = { PAGE_SIZE, 2 * PAGE_SIZE, SZ_64K, SZ_1M };

static void describe_size(const unsigned long *bytes, char *desc)
{
	scnprintf(desc, KUNIT_PARAM_DESC_SIZE, "%lu bytes", *bytes);
}

KUNIT_ARRAY_PARAM(mirror, mirror_sizes, describe_size);

static void mirror_shows_each_byte_twice(struct kunit *test)
{
	unsigned long bytes = *(const unsigned long *)test->param_value;
	void *page;
	u8 *memory = mk_mirror_alloc(bytes, &page);
	unsigned long i, wrong = 0;

	KUNIT_ASSERT_NOT_NULL(test, memory);
	KUNIT_EXPECT_NULL(test, memchr_inv(memory, 0, 2 * bytes));
	KUNIT_EXPECT_PTR_EQ(test, page + PAGE_SIZE, (void *)memory);
	KUNIT_EXPECT_NULL(test, memchr_inv(page, 0, PAGE_SIZE));
	memset(page, 0x5a, PAGE_SIZE);

	/* a period that is no power of two: pages in a wrong order differ */
	for (i = 0; i < bytes; i++)
		memory[i] = i % 251;
	for (i = 0; i < bytes; i++)
		wrong += memory[bytes + i] != i % 251;
	KUNIT_EXPECT_EQ(test, wrong, 0);

	for (i = 0; i < bytes; i++)
		memory[bytes + i] = 255 - i % 251;
	for (i = 0; i < bytes; i++)
		wrong += memory[i] != 255 - i % 251;
	KUNIT_EXPECT_EQ(test, wrong, 0);

	mk_mirror_free(memory, bytes);
}

static void mirror_joins_its_end_to_its_start(struct kunit *test)
{
	static const char text[] = "across the seam";
	void *page;
	u8 *memory = mk_mirror_alloc(PAGE_SIZE, &page);

	KUNIT_ASSERT_NOT_NULL(test, memory);
	memcpy(memory + PAGE_SIZE - 6, text, sizeof(text));
	KUNIT_EXPECT_MEMEQ(test, memory, text + 6, sizeof(text) - 6);
	mk_mirror_free(memory, PAGE_SIZE);
}

static void mirror_comes_and_goes(struct kunit *test)
{
	int i, dirty = 0;

	for (i = 0; i < 100; i++) {
		void *page;
		u8 *memory = mk_mirror_alloc(SZ_64K, &page);

		KUNIT_ASSERT_NOT_NULL(test, memory);
		dirty += memory[0] != 0;
		memory[2 * SZ_64K - 1] = 1;
		mk_mirror_free(memory, SZ_64K);
	}
	KUNIT_EXPECT_EQ(test, dirty, 0);
}

static struct kunit_case cases[] = { KUNIT_CASE(memory_is_zeroed),
				     KUNIT_CASE(nothing_is_freed),
				     KUNIT_CASE(impossible_memory_is_null),
				     KUNIT_CASE_PARAM(mirror_shows_each_byte_twice,
						      mirror_gen_params),
				     KUNIT_CASE(mirror_joins_its_end_to_its_start),
				     KUNIT_CASE(mirror_comes_and_goes),
				     {} };

struct kunit_suite mk_memory_suite = {
	.name = "modkeeper_memory",
	.test_cases = cases,
};
