// SPDX-License-Identifier: GPL-2.0-only
/*
 * Its init asks for a firmware file that nobody has.
 */
#include <linux/err.h>
#include <linux/firmware.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#define MK_FIRMWARE "modkeeper/mk-firmware.bin"

static int __init mk_firmware_init(void)
{
	const struct firmware *firmware;
	struct platform_device *device;
	int error;

	device = platform_device_register_simple("mk_firmware", -1, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);
	error = request_firmware(&firmware, MK_FIRMWARE, &device->dev);
	if (!error)
		release_firmware(firmware);
	platform_device_unregister(device);
	return error;
}
module_init(mk_firmware_init);

static void __exit mk_firmware_exit(void)
{
}
module_exit(mk_firmware_exit);

MODULE_DESCRIPTION("Test module that asks for firmware");
MODULE_FIRMWARE(MK_FIRMWARE);
MODULE_LICENSE("GPL");
