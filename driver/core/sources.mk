# SPDX-License-Identifier: GPL-2.0-only
# All of the core, for whoever links it: the module, KUnit and tests/unit.
modkeeper-core-y := \
	driver/core/caller.o \
	driver/core/clients.o \
	driver/core/core_api.o \
	driver/core/device_nodes.o \
	driver/core/driver.o \
	driver/core/filter.o \
	driver/core/holders.o \
	driver/core/inventory.o \
	driver/core/ioctl.o \
	driver/core/kernel_lines.o \
	driver/core/limits.o \
	driver/core/load_parameters.o \
	driver/core/mark.o \
	driver/core/module_entry.o \
	driver/core/module_file.o \
	driver/core/module_notifier.o \
	driver/core/module_record.o \
	driver/core/parameter_events.o \
	driver/core/permissions.o \
	driver/core/policy.o \
	driver/core/policy_blob.o \
	driver/core/policy_control.o \
	driver/core/policy_facts.o \
	driver/core/policy_file.o \
	driver/core/policy_gate.o \
	driver/core/policy_permissions.o \
	driver/core/policy_questions.o \
	driver/core/policy_who.o \
	driver/core/reader.o \
	driver/core/recorder.o \
	driver/core/reference_events.o \
	driver/core/request_events.o \
	driver/core/request_module.o \
	driver/core/snapshot.o \
	driver/core/standing.o \
	driver/core/subscriber_reader.o \
	driver/core/symbol_cache.o \
	driver/core/syscall_events.o \
	driver/core/syscalls.o \
	driver/core/tool_events.o \
	driver/lib/glob.o
