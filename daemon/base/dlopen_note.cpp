// SPDX-License-Identifier: GPL-2.0-only
// ELF note of the libraries that are opened at run time, in systemd's .note.dlopen format: tools
// that package programs or build an initramfs find no DT_NEEDED entry for them.
#include <cstddef>
#include <cstdint>

namespace mk {
namespace {

// A list of entries, as the specification "ELF dlopen metadata" of the uapi group has it.
constexpr char libraries[] =
    R"([{"soname":[")" LIBKMOD_FILE
    R"("],"feature":"kmod","description":"Reading and loading of modules","priority":"required"},)"
    R"({"soname":[")" LIBSYSTEMD_FILE
    R"("],"feature":"bus","description":"D-Bus and the journal","priority":"required"},)"
    R"({"soname":[")" LIBNL_GENL_FILE
    R"("],"feature":"driver","description":"Status of the driver","priority":"required"},)"
    R"({"soname":[")" LIBMD_FILE
    R"("],"feature":"policy","description":"Digest of a policy's text","priority":"required"},)"
    R"({"soname":[")" LIBLZMA_FILE
    R"("],"feature":"xz","description":"Modules packed with xz","priority":"recommended"},)"
    R"({"soname":[")" LIBZLIB_FILE
    R"("],"feature":"gzip","description":"Modules packed with gzip","priority":"suggested"},)"
    R"({"soname":[")" LIBZSTD_FILE
    R"("],"feature":"zstd","description":"Modules packed with zstd","priority":"recommended"}])";

struct Note {
    std::uint32_t name_size;
    std::uint32_t content_size;
    std::uint32_t type;
    char name[4];
    char content[sizeof(libraries)];
};

// Nothing refers to it: the attributes keep the compiler and the linker from dropping it.
[[gnu::used, gnu::section(".note.dlopen")]] alignas(4) constexpr Note note = [] {
    Note filled{sizeof("FDO"), sizeof(libraries), 0x407c0c0a, "FDO", {}};
    for (std::size_t i = 0; i < sizeof(libraries); ++i)
        filled.content[i] = libraries[i];
    return filled;
}();

} // namespace
} // namespace mk
