// SPDX-License-Identifier: GPL-2.0-only
/*
 * A parameter of every type that the kernel knows, and one of a type of its own.
 */
#include <linux/module.h>

static u8 a_byte = 1;
static short a_short = -2;
static ushort a_ushort = 3;
static int an_int = -4;
static uint a_uint = 5;
static long a_long = -6;
static ulong a_ulong = 7;
static unsigned long long a_ullong = 8;
static uint a_hexint = 0x9a;
static char *a_charp = "nine";
static bool a_bool = true;
static bool an_invbool;
static int an_array[4] = { 1, 2, 3 };
static int an_array_length = 3;
static char a_string[16] = "text";
static int a_hidden = 10;
static int a_secret = 11;
static char *a_group_secret = "twelve";

module_param(a_byte, byte, 0644);
module_param(a_short, short, 0644);
module_param(a_ushort, ushort, 0644);
module_param(an_int, int, 0644);
module_param(a_uint, uint, 0444);
module_param(a_long, long, 0644);
module_param(a_ulong, ulong, 0644);
module_param(a_ullong, ullong, 0644);
module_param(a_hexint, hexint, 0644);
module_param(a_charp, charp, 0644);
module_param(a_bool, bool, 0644);
module_param(an_invbool, invbool, 0644);
module_param_array(an_array, int, &an_array_length, 0644);
module_param_string(a_string, a_string, sizeof(a_string), 0444);
module_param(a_hidden, int, 0);
module_param(a_secret, int, 0600);
module_param(a_group_secret, charp, 0640);

static int own_set(const char *value, const struct kernel_param *parameter)
{
	return 0;
}

static int own_get(char *buffer, const struct kernel_param *parameter)
{
	return sysfs_emit(buffer, "own\n");
}

static const struct kernel_param_ops own_ops = {
	.set = own_set,
	.get = own_get,
};

module_param_cb(an_own, &own_ops, NULL, 0644);

static int __init mk_types_init(void)
{
	return 0;
}
module_init(mk_types_init);

static void __exit mk_types_exit(void)
{
}
module_exit(mk_types_exit);

MODULE_DESCRIPTION("Test module with parameters of all types");
MODULE_LICENSE("GPL");
