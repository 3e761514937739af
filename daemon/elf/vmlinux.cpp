// SPDX-License-Identifier: GPL-2.0-only
#include "elf/vmlinux.hpp"

#include <fmt/format.h>

#include "base/module_name.hpp"
#include "elf/decompress.hpp"

namespace mk {

namespace {

// Documentation/arch/x86/boot.rst
constexpr std::uint64_t setup_sectors_at = 0x1f1;
constexpr std::uint64_t magic_at = 0x202;
constexpr std::uint64_t payload_offset_at = 0x248;
constexpr std::uint64_t payload_bytes_at = 0x24c;
constexpr std::uint64_t sector = 512;
constexpr std::uint64_t setup_sectors_if_none = 4;

bool is_bzimage(std::string_view bytes) {
    return bytes.size() > payload_bytes_at && bytes.substr(magic_at, 4) == "HdrS";
}

// "" if the header points outside the file.
std::string_view payload_of(std::string_view bytes) {
    std::uint64_t sectors = number_at<std::uint8_t>(bytes, setup_sectors_at);
    if (sectors == 0)
        sectors = setup_sectors_if_none;
    const auto start = (sectors + 1) * sector + number_at<std::uint32_t>(bytes, payload_offset_at);
    const auto size = number_at<std::uint32_t>(bytes, payload_bytes_at);
    if (start > bytes.size() || bytes.size() - start < size)
        return {};
    return bytes.substr(start, size);
}

} // namespace

Result<ElfObject> read_kernel_image(const std::string &path) {
    const auto bad = [&](std::string_view why) {
        return Error{ErrorCode::BadFormat,
                     fmt::format("the kernel image {} cannot be read: {}", quote(path), why)};
    };
    auto bytes = read_unpacked(path);
    if (!bytes)
        return bytes.error();
    if (is_bzimage(bytes.value())) {
        const auto payload = payload_of(bytes.value());
        if (payload.empty())
            return bad("its header points outside the file");
        auto unpacked = unpack(payload);
        if (!unpacked)
            return bad(unpacked.error().message);
        bytes = std::move(unpacked);
    }
    auto vmlinux = ElfObject::create(std::move(bytes.value()));
    if (!vmlinux)
        return bad(vmlinux.error().message);
    return vmlinux;
}

} // namespace mk
