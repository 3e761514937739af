# SPDX-License-Identifier: GPL-2.0-only
# All of the core, for whoever links it: the module, KUnit and tests/unit.
modkeeper-core-y := \
	driver/core/call_events.o \
	driver/core/calls.o \
	driver/core/commands.o \
	driver/core/driver.o \
	driver/core/entry.o \
	driver/core/events.o \
	driver/core/filter.o \
	driver/core/holders.o \
	driver/core/inventory.o \
	driver/core/limits.o \
	driver/core/mark.o \
	driver/core/module_file.o \
	driver/core/module_record.o \
	driver/core/reader.o \
	driver/core/recorder.o \
	driver/core/relay.o \
	driver/core/requests.o \
	driver/core/sightings.o \
	driver/core/snapshot.o \
	driver/core/standing.o \
	driver/core/symbols.o \
	driver/core/wall.o
