// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the wall says of real modules: ours, and mk_sample_user, which uses mk_sample_base. Both
 * are loaded before, in the order base, user (user/init.c does that).
 */
#include <linux/modkeeper.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "kapi/kapi.h"
#include "suites.h"

/* Nobody unloads these meanwhile. */
static const struct mk_module *module_named(struct kunit *test, const char *name)
{
	const struct mk_module *module = NULL;

	while ((module = mk_module_next(module))) {
		if (!strcmp(mk_module_name(module), name))
			return module;
	}
	kunit_skip(test, "%s is not loaded", name);
}

/* Ours is not among them: it is not live while its init runs, as it does here. */
static void live_modules_are_there_in_load_order(struct kunit *test)
{
	const struct mk_module *base = module_named(test, "mk_sample_base");
	const struct mk_module *module, *behind = base;

	do
		behind = mk_module_next(behind);
	while (behind && behind != module_named(test, "mk_sample_user"));
	KUNIT_EXPECT_NOT_NULL(test, behind);
	for (module = mk_module_next(NULL); module; module = mk_module_next(module))
		KUNIT_EXPECT_STRNEQ(test, mk_module_name(module), THIS_MODULE->name);
}

static void going_through_them_takes_no_reference(struct kunit *test)
{
	const struct mk_module *user = module_named(test, "mk_sample_user");

	KUNIT_EXPECT_EQ(test, mk_module_references(user), 0);
	mk_module_next(user);
	KUNIT_EXPECT_EQ(test, mk_module_references(user), 0);
}

static void facts_are_those_of_the_module(struct kunit *test)
{
	const struct mk_module *user = module_named(test, "mk_sample_user");
	struct mk_module_facts facts;

	memset(&facts, 0xa5, sizeof(facts));
	mk_module_facts(user, &facts);
	KUNIT_EXPECT_STREQ(test, facts.name, "mk_sample_user");
	KUNIT_ASSERT_NOT_NULL(test, facts.version);
	KUNIT_EXPECT_STREQ(test, facts.version, "1.2-sample");
	KUNIT_ASSERT_NOT_NULL(test, facts.srcversion);
	KUNIT_EXPECT_EQ(test, strlen(facts.srcversion), 23);
	KUNIT_EXPECT_NULL(test, facts.args);
	KUNIT_EXPECT_NE(test, facts.taints & BIT(TAINT_OOT_MODULE), 0);
	KUNIT_EXPECT_EQ(test, facts.parameter_count, 6);
	KUNIT_EXPECT_FALSE(test, facts.no_exit);
	KUNIT_EXPECT_GT(test, facts.memory[MODKEEPER_MEMORY_TEXT], 0);
	KUNIT_EXPECT_GT(test, facts.memory[MODKEEPER_MEMORY_DATA], 0);
	/* its init is over */
	KUNIT_EXPECT_EQ(test, facts.memory[MODKEEPER_MEMORY_INIT_TEXT], 0);
	KUNIT_EXPECT_EQ(test, facts.memory[MODKEEPER_MEMORY_INIT_DATA], 0);
	KUNIT_EXPECT_EQ(test, mk_module_state(user), MODKEEPER_STATE_LIVE);
}

static void absent_facts_are_null(struct kunit *test)
{
	struct mk_module_facts facts;

	mk_module_facts(module_named(test, "mk_sample_base"), &facts);
	KUNIT_EXPECT_NULL(test, facts.version);
	KUNIT_EXPECT_TRUE(test, facts.no_exit);
	KUNIT_EXPECT_EQ(test, facts.parameter_count, 1);
}

static void our_own_init_is_still_there(struct kunit *test)
{
	const struct mk_module *ours = (const struct mk_module *)THIS_MODULE;
	struct mk_module_facts facts;

	mk_module_facts(ours, &facts);
	KUNIT_EXPECT_STREQ(test, facts.name, THIS_MODULE->name);
	KUNIT_EXPECT_GT(test, facts.memory[MODKEEPER_MEMORY_INIT_TEXT], 0);
	KUNIT_EXPECT_EQ(test, mk_module_state(ours), MODKEEPER_STATE_COMING);
	KUNIT_EXPECT_EQ(test, mk_module_references(ours), module_refcount(THIS_MODULE));
}

/* These run in one, not in the call that loads the driver. */
static void a_thread_of_the_kernel_gave_no_parameters(struct kunit *test)
{
	KUNIT_ASSERT_NE(test, current->flags & PF_KTHREAD, 0);
	KUNIT_EXPECT_NULL(test, (__force void *)mk_load_parameters());
}

static void uses_lead_to_the_module_that_is_needed(struct kunit *test)
{
	const struct mk_module *base = module_named(test, "mk_sample_base");
	const struct mk_module *user = module_named(test, "mk_sample_user");
	const void *cursor = NULL;

	KUNIT_EXPECT_PTR_EQ(test, mk_module_use_next(user, &cursor), base);
	KUNIT_EXPECT_NULL(test, mk_module_use_next(user, &cursor));
	cursor = NULL;
	KUNIT_EXPECT_NULL(test, mk_module_use_next(base, &cursor));
	/* the use is a reference */
	KUNIT_EXPECT_EQ(test, mk_module_references(base), 1);
}

static const struct {
	const char *name, *type;
	u32 mode;
} parameters[] = {
	{ "number", "int", 0644 }, { "flag", "bool", 0444 },	     { "word", "charp", 0 },
	{ "size", "ulong", 0400 }, { "list", "array of int", 0444 }, { "odd", "unknown", 0600 },
};

static void parameters_have_name_type_and_mode(struct kunit *test)
{
	const struct mk_module *user = module_named(test, "mk_sample_user");
	struct mk_parameter_facts facts;
	unsigned int i, j, found = 0;

	for (i = 0; i < ARRAY_SIZE(parameters); i++) {
		memset(&facts, 0xa5, sizeof(facts));
		mk_module_parameter(user, i, &facts);
		for (j = 0; j < ARRAY_SIZE(parameters); j++) {
			if (strcmp(facts.name, parameters[j].name))
				continue;
			found++;
			KUNIT_EXPECT_STREQ(test, facts.type, parameters[j].type);
			KUNIT_EXPECT_EQ(test, facts.mode, parameters[j].mode);
		}
	}
	KUNIT_EXPECT_EQ(test, found, ARRAY_SIZE(parameters));
}

static struct kunit_case cases[] = { KUNIT_CASE(live_modules_are_there_in_load_order),
				     KUNIT_CASE(going_through_them_takes_no_reference),
				     KUNIT_CASE(facts_are_those_of_the_module),
				     KUNIT_CASE(absent_facts_are_null),
				     KUNIT_CASE(our_own_init_is_still_there),
				     KUNIT_CASE(a_thread_of_the_kernel_gave_no_parameters),
				     KUNIT_CASE(uses_lead_to_the_module_that_is_needed),
				     KUNIT_CASE(parameters_have_name_type_and_mode),
				     {} };

struct kunit_suite mk_module_suite = {
	.name = "modkeeper_module",
	.test_cases = cases,
};
