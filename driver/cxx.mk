# SPDX-License-Identifier: GPL-2.0-only
#
# How Kbuild compiles C++: the one rule for it. Kbuild includes this file after it has set
# modkeeper-dir, the path of the top folder.
#
# The flags are Kbuild's own for C, so that every mitigation, sanitizer and layout option that the
# kernel was configured with holds for C++ too, without
#   - warnings: half of C's mean nothing to C++, which has a set of its own below;
#   - the language standard, and inlining by the rules of old C;
#   - the kernel's headers: no include path, no forced include, no -D__KERNEL__, which would steer
#     shared headers to them;
#   - debug information: pahole cannot turn C++ types into BTF.

# gcc-12 -> g++-12, x86_64-linux-gnu-gcc -> x86_64-linux-gnu-g++, clang -> clang++
cxx-of = $(dir $1)$(subst clang,clang++,$(subst gcc,g++,$(notdir $1)))
CXX := $(patsubst ./%,%,$(foreach word,$(CC),$(call cxx-of,$(word))))
cxx-program := $(lastword $(filter-out -%,$(CXX)))
cxx-found := $(shell command -v $(cxx-program))
# With clang come its linker and its tools, which LLVM= calls.
cxx-name := $(patsubst $(CROSS_COMPILE)%,%,$(notdir $(cxx-program)))
cxx-packages = $(if $(findstring clang++,$(cxx-name)),$(foreach tool,clang lld llvm,$(subst clang++,$(tool),$(cxx-name))),$(cxx-name))
cxx-checked = $(if $(cxx-found),,$(error This kernel was built with $(lastword $(filter-out -%,$(CC))) and the \
	driver needs the C++ compiler of the same release, $(cxx-program): apt-get install $(cxx-packages)))$(if \
	$(cxx-groups)$(if $(shell command -v $(firstword $(LD))),,no linker),,$(error This kernel was built with $(lastword $(filter-out -%,$(CC))) and the driver needs the C++ \
	compiler of release 19 or later: the linker $(LD) does not know --force-group-allocation))$(CXX)

cxx-drop := -W% -std=% -D__KERNEL__ -I% -g% -fgnu89-inline
cxx-keep := -Wa,% -Wl,% -Wp,% -Werror -Wframe-larger-than=% -Wstack-usage=%
cxx-language := -std=gnu++20 -ffreestanding -nostdinc -nostdinc++ -fno-exceptions -fno-rtti \
	-fno-threadsafe-statics -fno-use-cxa-atexit -g0
# GCC would call functions of its own library for atomics of arm64, which no kernel has. Both
# compilers of a release know the same.
cxx-arch-$(CONFIG_ARM64) := $(call cc-option,-mno-outline-atomics)
# What -fsanitize=thread, KCSAN's instrumentation, would otherwise say of fences, which KCSAN knows.
cxx-warnings := -Wall -Wextra -Wundef -Wvla -Wnon-virtual-dtor -Wimplicit-fallthrough \
	-Wmissing-declarations $(call cc-disable-warning,tsan)
cxx-include := $(addprefix -I$(modkeeper-dir)/,driver driver/lib/include include/uapi)

# An option and its folder may be two words.
cxx-joined = $(subst -I ,-I,$(strip $1))
cxx-filtered = $(filter-out $(filter-out $(cxx-keep),$(filter $(cxx-drop),$1)),$1)
cxx_flags = -Wp,-MMD,$(depfile) $(cxx-include) \
	$(call cxx-filtered,$(call cxx-joined,$(_c_flags) $(modkern_cflags))) \
	$(modname_flags) $(cxx-warnings) $(cxx-language) $(cxx-arch-y)

quiet_cmd_cxx_o_cpp = CXX $(quiet_modtag)  $@
      cmd_cxx_o_cpp = $(cxx-checked) $(cxx_flags) -c -o $@ $< $(cmd_objtool)

$(obj)/%.o: $(src)/%.cpp FORCE
	$(call if_changed_dep,cxx_o_cpp)

# Inline functions and templates come in groups, one of each per object. Left as groups, each would
# bring an ftrace section of its own, and the module would not load. lld knows this from 19 on.
cxx-groups := $(call ld-option,--force-group-allocation)
ldflags-y += $(cxx-groups)
