// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the wall says of real modules: ours, and mk_sample_user, which uses mk_sample_base. Both
 * are loaded before, in the order base, user (user/init.c does that).
 */
#include <linux/modkeeper.h>
#include <linux/module.h>
#include <linux/string.h>

#include "kapi/kapi.h"
#include "suites.h"

struct held {
	const struct mk_module **modules;
	long count;
};

static int hold(struct kunit_resource *resource, void *context)
{
	struct held *held = context;

	held->count = mk_modules_get(&held->modules);
	resource->data = held;
	return held->count < 0 ? (int)held->count : 0;
}

static void let_go(struct kunit_resource *resource)
{
	struct held *held = resource->data;

	mk_modules_put(held->modules, held->count);
}

/* The modules that are loaded, held until the test has ended, also by a failed assertion. */
static struct held *modules_held(struct kunit *test)
{
	struct held *held = kunit_kzalloc(test, sizeof(*held), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, held);
	KUNIT_ASSERT_NOT_NULL(test, kunit_alloc_resource(test, hold, let_go, GFP_KERNEL, held));
	return held;
}

/* Position of the module @name, or -1. */
static long place_of(const struct held *held, const char *name)
{
	struct mk_module_facts facts;
	long i;

	for (i = 0; i < held->count; i++) {
		mk_module_facts(held->modules[i], &facts);
		if (!strcmp(facts.name, name))
			return i;
	}
	return -1;
}

static const struct mk_module *module_named(struct kunit *test, const struct held *held,
					    const char *name)
{
	long place = place_of(held, name);

	if (place < 0)
		kunit_skip(test, "%s is not loaded", name);
	return held->modules[place];
}

/* Ours is not among them: it is not live while its init runs, as it does here. */
static void live_modules_are_there_in_load_order(struct kunit *test)
{
	struct held *held = modules_held(test);
	const struct mk_module *user = module_named(test, held, "mk_sample_user");
	long base = place_of(held, "mk_sample_base");

	KUNIT_ASSERT_GE(test, base, 0);
	KUNIT_EXPECT_GT(test, place_of(held, "mk_sample_user"), base);
	KUNIT_EXPECT_PTR_NE(test, held->modules[base], user);
	KUNIT_EXPECT_EQ(test, place_of(held, THIS_MODULE->name), -1);
}

static void getting_takes_a_reference_and_putting_gives_it_back(struct kunit *test)
{
	struct held *held = modules_held(test);
	const struct mk_module *user = module_named(test, held, "mk_sample_user");
	const struct mk_module **modules;
	u32 before = mk_module_references(user);
	long count = mk_modules_get(&modules);

	KUNIT_ASSERT_EQ(test, count, held->count);
	KUNIT_EXPECT_EQ(test, mk_module_references(user), before + 1);
	mk_modules_put(modules, count);
	KUNIT_EXPECT_EQ(test, mk_module_references(user), before);
}

static void facts_are_those_of_the_module(struct kunit *test)
{
	struct held *held = modules_held(test);
	const struct mk_module *user = module_named(test, held, "mk_sample_user");
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
	KUNIT_EXPECT_NE(test, facts.base, 0);
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
	struct held *held = modules_held(test);
	struct mk_module_facts facts;

	mk_module_facts(module_named(test, held, "mk_sample_base"), &facts);
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
	KUNIT_EXPECT_EQ(test, facts.base, (unsigned long)THIS_MODULE->mem[MOD_TEXT].base);
	KUNIT_EXPECT_EQ(test, mk_module_state(ours), MODKEEPER_STATE_COMING);
	KUNIT_EXPECT_EQ(test, mk_module_references(ours), module_refcount(THIS_MODULE));
}

static void uses_lead_to_the_module_that_is_needed(struct kunit *test)
{
	struct held *held = modules_held(test);
	const struct mk_module *base = module_named(test, held, "mk_sample_base");
	const struct mk_module *user = module_named(test, held, "mk_sample_user");
	const void *cursor = NULL;

	KUNIT_EXPECT_PTR_EQ(test, mk_module_use_next(user, &cursor), base);
	KUNIT_EXPECT_NULL(test, mk_module_use_next(user, &cursor));
	cursor = NULL;
	KUNIT_EXPECT_NULL(test, mk_module_use_next(base, &cursor));
	/* the use is a reference, ours from getting it another */
	KUNIT_EXPECT_EQ(test, mk_module_references(base), 2);
	KUNIT_EXPECT_EQ(test, mk_module_references(user), 1);
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
	struct held *held = modules_held(test);
	const struct mk_module *user = module_named(test, held, "mk_sample_user");
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
				     KUNIT_CASE(
					     getting_takes_a_reference_and_putting_gives_it_back),
				     KUNIT_CASE(facts_are_those_of_the_module),
				     KUNIT_CASE(absent_facts_are_null),
				     KUNIT_CASE(our_own_init_is_still_there),
				     KUNIT_CASE(uses_lead_to_the_module_that_is_needed),
				     KUNIT_CASE(parameters_have_name_type_and_mode),
				     {} };

struct kunit_suite mk_module_suite = {
	.name = "modkeeper_module",
	.test_cases = cases,
};
