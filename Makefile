# SPDX-License-Identifier: GPL-2.0-only
# The front door: every target is a line or two that calls the place where the work is done.

BUILD      := build
JOBS       ?= $(shell nproc)
PREFIX     ?= /usr
KERNEL     ?= 6.1
# The running kernel's headers or, where it has none, the newest that are installed.
KDIR       ?= $(firstword $(wildcard /lib/modules/$(shell uname -r)/build) \
                $(shell ls -1dv /lib/modules/*/build 2>/dev/null | tail -n 1))
# What clang built wants a module that clang built.
LLVM       ?= $(if $(shell grep -s '^CONFIG_CC_IS_CLANG=y' "$(KDIR)/.config" "$(KDIR)/include/config/auto.conf"),1)
# Another machine's product, compiled on this one: arm64.
CROSS      := $(filter arm64,$(ARCH))
DAEMON     := $(BUILD)/daemon$(CROSS:%=-%)
export BUILD JOBS KERNEL

.DEFAULT_GOAL := all
.PHONY: all driver daemon deb check check-lint check-unit check-kunit check-guest check-build check-matrix \
        check-7.3 check-newest check-arm64 check-dkms check-kasan check-cfi check-deb check-install demo bench install \
        format clean fuzz help deps-%

all: driver daemon

deps-%:
	@tests/env/deps $(subst +, ,$*)

## driver [KDIR=..]       build modkeeper.ko for a kernel (default: the running one)
driver:
	@test -n "$(KDIR)" || { echo "make: no kernel headers found: install linux-headers-$$(uname -r)" \
	  "or name them with KDIR=/usr/src/linux-headers-..." >&2; exit 1; }
	@test -e "$(KDIR)/Makefile" || { echo "make: KDIR=$(KDIR) holds no kernel build tree" >&2; exit 1; }
	@echo "Building modkeeper.ko against $$(readlink -f "$(KDIR)")"
	$(MAKE) -C "$(KDIR)" M="$(CURDIR)" $(if $(LLVM),LLVM=$(LLVM)) modules
	tests/lint/elf-gate modkeeper.ko

## daemon [ARCH=arm64]    build modkeeperd and modkeeper
daemon:
	cmake -S daemon -B $(DAEMON) -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_INSTALL_PREFIX=$(PREFIX)$(if $(CROSS), \
	  -DCMAKE_TOOLCHAIN_FILE=$(CURDIR)/tests/env/arm64.cmake -DMODKEEPER_SYSROOT="$$(tests/env/sysroot)")
	cmake --build $(DAEMON) -j $(JOBS)

## deb [SUITE=bookworm]   Debian packages, into build/deb: of this machine's release or of another one
deb: $(if $(SUITE),deps-guest,deps-build+deb)
	packaging/build-deb $(if $(SUITE),--suite $(SUITE)) $(BUILD)/deb

## check                  lint, unit, kunit, guest and a part of it on 6.12, and a count (installs what it needs; DEPS=no: does not)
check: deps-build+driver+lint+unit+kunit+guest
	tests/check lint unit kunit guest newer

## check-lint             formatting, clang-tidy, checkpatch, kernel-doc, sparse, layering, shellcheck, netlink spec
check-lint: deps-build+driver+lint
	tests/check lint

## check-unit             driver core and daemon on the host, with ASan and UBSan
check-unit: deps-build+unit
	tests/check unit

## check-kunit [UML=..]   the driver in a User Mode Linux kernel, with KUnit: 7.2 (two CPUs) or 6.12
check-kunit: deps-build+kunit
	tests/check kunit

## check-guest [KERNEL=..] the whole product on a stock Debian kernel in QEMU: 6.1, 6.1-rt, 6.12, 7.2 or 7.3
check-guest: deps-build+driver+guest
	tests/check guest

## check-build            the driver against every supported kernel, arm64 too, out of tree and in a kernel tree
check-build: deps-build+driver+cross+guest+kunit
	tests/check build

## check-matrix           the driver compiled against every package of kernel headers in Debian 12, 13 and sid, and for arm64; tables
check-matrix: deps-driver+guest
	tests/check matrix stock

## check-7.3              a part of the guest's tests on Linux 7.3 of backports
check-7.3: deps-build+driver+guest
	tests/check 7.3

## check-newest           build for Debian's newest kernel, whichever it is, boot it, and say what breaks
check-newest: deps-build+driver+guest
	tests/check newest

## check-arm64            the product, cross-compiled, in a guest on an emulated machine of arm64
check-arm64: deps-build+driver+guest+arm64
	tests/check arm64

## check-dkms             modules that Debian ships as source, from their load to their unload
check-dkms: deps-build+driver+guest
	tests/check dkms

## check-kasan            the driver in a kernel of 6.12 with KASAN, lockdep, kmemleak (builds it: half an hour)
check-kasan: deps-build+guest+checked
	tests/check kasan

## check-cfi              the same in one that clang built with control-flow integrity
check-cfi: deps-build+guest+checked+cfi
	tests/check cfi

## check-deb              two builds of the Debian packages are the same to the byte, and lintian has nothing to say
check-deb: deps-build+deb
	tests/check deb

## check-install [KERNEL=..] the packages installed with apt, booted, upgraded, purged: 6.1, 6.12, 6.12-trixie or 7.2
check-install: deps-guest
	tests/check install

## fuzz [RUNS=1000000]    what comes from user space or from files, with libFuzzer, ASan and UBSan
fuzz: deps-build+unit+fuzz
	tests/fuzz/run $(or $(RUNS),1000000)

## demo [ARCH=arm64]      the main job, in a Debian 12 guest (installs what it needs; DEPS=no: does not)
demo: deps-build+driver+guest$(CROSS:%=+%)
	@tests/guest/run --demo $(CROSS:%=--kernel $(KERNEL)-%)

## bench [JOB=..]         speed and memory beside what is used today; a table and build/bench.json
bench: deps-build+driver+guest+bench
	tests/bench/run $(JOB)

## install [DESTDIR=..]   daemon, command line, service and policy files, uapi header (PREFIX=/usr)
install: daemon
	DESTDIR="$(DESTDIR)" cmake --install $(DAEMON)

## format                 lay out all C++ and C
format: deps-lint
	tests/lint/format --write

## clean                  remove what was built here (the cache stays: ~/.cache/modkeeper)
clean:
	rm -rf $(BUILD)
	@git clean -fdXq driver tests >/dev/null 2>&1 || true
	rm -f modkeeper.ko modkeeper.o modkeeper.mod* .modkeeper* .*.cmd Module.symvers modules.order
	rm -rf .tmp_versions

## help                   this list
help:
	@sed -n 's/^## /  make /p' $(firstword $(MAKEFILE_LIST))
