// SPDX-License-Identifier: GPL-2.0-only
#include "job/module_calls.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/descriptor.hpp"
#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "base/write_all.hpp"
#include "elf/decompress.hpp"

namespace mk {

namespace {

// Flags of finit_module(2) in <linux/module.h>: kernel headers are not included here. libkmod has
// others of the same meaning, with other values.
constexpr unsigned ignore_modversions = 1;
constexpr unsigned ignore_vermagic = 2;
constexpr unsigned compressed_file = 4;

unsigned force_flags(const Insertion &what) {
    return (what.force_modversions ? ignore_modversions : 0) |
           (what.force_vermagic ? ignore_vermagic : 0);
}

Error not_asked(const Insertion &what, int error) {
    if (error == ENOENT)
        return {ErrorCode::NotFound,
                fmt::format("module {} was not loaded: its file {} is missing; install it again or "
                            "run depmod",
                            what.module, quote(what.path))};
    return {ErrorCode::Failed, fmt::format("module {} was not loaded: its file {} cannot be read: "
                                           "{}",
                                           what.module, quote(what.path), std::strerror(error))};
}

// The kernel's decoders do less than the libraries: of xz they know the checksum CRC32 or none, of
// gzip's header no field but the name.
bool kernel_unpacks(const LoadSyscalls &kernel, std::string_view head) {
    constexpr std::size_t xz_check = 7;
    constexpr unsigned xz_crc32 = 1;
    constexpr std::size_t gzip_flags = 3;
    constexpr unsigned gzip_others = 0x16; // header's checksum, extra fields, comment
    const auto packing = packing_of(head);
    if (kernel.unpacks.empty() || kernel.unpacks != name_of(packing))
        return false;
    if (packing == Packing::Xz)
        return head.size() > xz_check && static_cast<unsigned char>(head[xz_check]) <= xz_crc32;
    if (packing == Packing::Gzip)
        return head.size() > gzip_flags &&
               (static_cast<unsigned char>(head[gzip_flags]) & gzip_others) == 0;
    return true;
}

// A file in memory, which finit_module() accepts only if nobody has it open for writing.
int file_of(const ModuleName &name, std::string_view bytes) {
    const Descriptor writing(memfd_create(name.c_str(), MFD_CLOEXEC));
    if (!writing || write_all(writing.get(), bytes) != 0)
        return -1;
    return open(fmt::format("/proc/self/fd/{}", writing.get()).c_str(), O_RDONLY | O_CLOEXEC);
}

// init_module() knows no flags.
Result<int> insert_bytes(const Insertion &what, const LoadSyscalls &kernel) {
    auto bytes = read_unpacked(what.path, module_max);
    if (!bytes)
        return Error{bytes.error().code, fmt::format("module {} was not loaded: {}", what.module,
                                                     bytes.error().message)};
    const auto flags = force_flags(what);
    if (flags == 0)
        return kernel.init_module(bytes.value(), what.parameters);
    const Descriptor file(file_of(what.module, bytes.value()));
    if (file.get() < 0)
        return not_asked(what, errno);
    return kernel.finit_module(file.get(), what.parameters, flags);
}

LoadSyscalls real_syscalls() {
    LoadSyscalls kernel;
    kernel.finit_module = [](int file, const std::string &parameters, unsigned flags) {
        return syscall(SYS_finit_module, file, parameters.c_str(), flags) == 0 ? 0 : errno;
    };
    kernel.init_module = [](std::string_view bytes, const std::string &parameters) {
        return syscall(SYS_init_module, bytes.data(), bytes.size(), parameters.c_str()) == 0
                   ? 0
                   : errno;
    };
    kernel.unpacks = read_line("/sys/module/compression");
    return kernel;
}

class RealCalls final : public ModuleCalls {
  public:
    Result<int> insert(const Insertion &what) override { return insert_module(what, kernel_); }
    int remove(const ModuleName &name, unsigned flags) override {
        return syscall(SYS_delete_module, name.c_str(), flags) == 0 ? 0 : errno;
    }

  private:
    const LoadSyscalls kernel_ = real_syscalls();
};

} // namespace

Result<int> insert_module(const Insertion &what, const LoadSyscalls &kernel) {
    // NONBLOCK: opening the path must not block, whatever it leads to now.
    const Descriptor file(open(what.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0)
        return not_asked(what, errno);
    std::array<char, 16> head{};
    const auto got = pread(file.get(), head.data(), head.size(), 0);
    const std::string_view start(head.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    if (packing_of(start) == Packing::None)
        return kernel.finit_module(file.get(), what.parameters, force_flags(what));
    if (kernel_unpacks(kernel, start))
        return kernel.finit_module(file.get(), what.parameters,
                                   force_flags(what) | compressed_file);
    return insert_bytes(what, kernel);
}

ModuleCalls &ModuleCalls::real() {
    static RealCalls calls;
    return calls;
}

} // namespace mk
