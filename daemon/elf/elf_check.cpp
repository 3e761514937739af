// SPDX-License-Identifier: GPL-2.0-only
#include "elf/elf_check.hpp"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/descriptor.hpp"
#include "base/module_name.hpp"
#include "elf/decompress.hpp"

namespace mk {

namespace {

using Header = ElfW(Ehdr);
constexpr unsigned char native_class = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;

// O_NONBLOCK: a FIFO must not block.
Descriptor open_to_look(const std::string &path) {
    return Descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
}

// Whether it has a compression that modules use.
bool is_compressed(std::string_view magic) {
    const auto packing = packing_of(magic);
    return packing != Packing::None && packing != Packing::Unknown;
}

// The machine this program was built for: the one whose kernel runs it.
Elf64_Half own_machine() {
    const Descriptor self = open_to_look("/proc/self/exe");
    Header header{};
    if (pread(self.get(), &header, sizeof header, 0) != sizeof header)
        return EM_NONE;
    return header.e_machine;
}

// As uname -m names it.
std::string name_of_machine(Elf64_Half machine) {
    switch (machine) {
    case EM_386:
        return "i686";
    case EM_X86_64:
        return "x86_64";
    case EM_ARM:
        return "arm";
    case EM_AARCH64:
        return "aarch64";
    case EM_RISCV:
        return "riscv64";
    case EM_PPC64:
        return "ppc64";
    case EM_S390:
        return "s390x";
    case EM_MIPS:
        return "mips";
    default:
        return fmt::format("ELF machine {}", machine);
    }
}

} // namespace

Result<void> check_file(const std::string &path) {
    auto shown = quote(path);
    auto bad = [&](std::string_view why, Cause cause = Cause::DamagedFile) -> Result<void> {
        return Error{ErrorCode::BadFormat,
                     fmt::format("{} is not a kernel module: {}", shown, why),
                     {.cause = cause}};
    };
    struct stat status {};
    // Before the open: opening a device or a pipe may do something.
    if (stat(path.c_str(), &status) < 0 && (errno == ENOENT || errno == ENOTDIR))
        return Error{ErrorCode::NotFound,
                     fmt::format("there is no file {}", shown),
                     {.cause = Cause::NoSuchModule}};
    if (status.st_mode != 0 && S_ISDIR(status.st_mode))
        return bad("it is a directory");
    if (status.st_mode != 0 && !S_ISREG(status.st_mode))
        return bad("it is not a regular file");
    const Descriptor file = open_to_look(path);
    if (file.get() < 0)
        return Error{errno == EACCES ? ErrorCode::NotAuthorized : ErrorCode::Failed,
                     fmt::format("the file {} cannot be opened: {}", shown, std::strerror(errno)),
                     {.cause = errno == EACCES ? Cause::UnreadableFile : Cause::None}};
    if (status.st_size == 0)
        return bad("it is empty");

    Header header{};
    auto got = pread(file.get(), &header, sizeof header, 0);
    if (got < 0)
        return Error{ErrorCode::Failed,
                     fmt::format("the file {} cannot be read: {}", shown, std::strerror(errno))};
    std::string_view magic(reinterpret_cast<const char *>(&header), static_cast<std::size_t>(got));
    if (is_compressed(magic))
        return {};
    if (!magic.starts_with(std::string_view(ELFMAG, SELFMAG)))
        return bad("it has no ELF header and no known compression");
    if (magic.size() < sizeof header)
        return bad(fmt::format("it is truncated ({} bytes)", got));
    if (header.e_machine == own_machine() && header.e_ident[EI_CLASS] != native_class)
        return bad("it is not an object file of 64 bits, as this kernel's modules are",
                   Cause::WrongArchitecture);
    if (header.e_ident[EI_CLASS] != native_class || header.e_machine != own_machine())
        return bad(fmt::format("it is for another machine ({}, this one is {})",
                               name_of_machine(header.e_machine), name_of_machine(own_machine())),
                   Cause::WrongArchitecture);
    if (header.e_type != ET_REL)
        return bad("it is a program or a library, not an object file (.ko)", Cause::NotAModule);
    auto needed = header.e_shoff + std::uint64_t{header.e_shentsize} * header.e_shnum;
    if (auto size = static_cast<std::uint64_t>(status.st_size); needed > size)
        return bad(fmt::format("it is truncated: it has {} bytes, but its section table ends at "
                               "{}; copy or build it again",
                               size, needed));
    return {};
}

} // namespace mk
