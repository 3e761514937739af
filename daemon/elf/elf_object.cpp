// SPDX-License-Identifier: GPL-2.0-only
#include "elf/elf_object.hpp"

#include <elf.h>
#include <fmt/format.h>
#include <link.h>

namespace mk {

namespace {

using Header = ElfW(Ehdr);
using Section = ElfW(Shdr);
using Symbol = ElfW(Sym);
constexpr unsigned char native_class = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;

// The machine this program was built for.
#if defined(__x86_64__)
constexpr Elf64_Half native_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half native_machine = EM_AARCH64;
#elif defined(__riscv)
constexpr Elf64_Half native_machine = EM_RISCV;
#elif defined(__powerpc64__)
constexpr Elf64_Half native_machine = EM_PPC64;
#elif defined(__s390x__)
constexpr Elf64_Half native_machine = EM_S390;
#else
#error "which ELF machine is this?"
#endif

std::string_view part(std::string_view bytes, std::uint64_t offset, std::uint64_t size) {
    if (offset > bytes.size() || bytes.size() - offset < size)
        return {};
    return bytes.substr(offset, size);
}

Error bad(std::string_view why) {
    return {ErrorCode::BadFormat, std::string(why)};
}

} // namespace

std::string_view text_at(std::string_view bytes, std::uint64_t offset) {
    if (offset >= bytes.size())
        return {};
    bytes.remove_prefix(offset);
    return bytes.substr(0, bytes.find('\0'));
}

Result<ElfObject> ElfObject::create(std::string bytes) {
    ElfObject object(std::move(bytes));
    TRY(object.read_sections());
    return object;
}

Result<void> ElfObject::read_sections() {
    const std::string_view all = *bytes_;
    if (!all.starts_with(std::string_view(ELFMAG, SELFMAG)))
        return bad("it has no ELF header");
    if (all.size() < sizeof(Header))
        return bad("it is truncated");
    const auto header = number_at<Header>(all, 0);
    if (header.e_ident[EI_CLASS] != native_class || header.e_machine != native_machine)
        return bad(fmt::format("it is for another machine (ELF machine {}, this one is {})",
                               header.e_machine, native_machine));
    const std::uint64_t table_bytes = std::uint64_t{header.e_shnum} * sizeof(Section);
    const auto table = part(all, header.e_shoff, table_bytes);
    if (header.e_shentsize != sizeof(Section) || header.e_shstrndx >= header.e_shnum ||
        table.empty())
        return bad("it is truncated or damaged: its section table is incomplete");

    const auto entry = [&](std::size_t i) {
        return number_at<Section>(table, i * sizeof(Section));
    };
    const auto content = [&](const Section &section) {
        return section.sh_type == SHT_NOBITS ? std::string_view()
                                             : part(all, section.sh_offset, section.sh_size);
    };
    const auto names = content(entry(header.e_shstrndx));
    for (std::size_t i = 0; i < header.e_shnum; ++i) {
        const auto section = entry(i);
        sections_.push_back({text_at(names, section.sh_name), section.sh_addr, content(section),
                             section.sh_size, section.sh_flags});
    }
    for (std::size_t i = 0; i < header.e_shnum; ++i)
        if (const auto section = entry(i);
            section.sh_type == SHT_SYMTAB && section.sh_link < header.e_shnum)
            read_symbols(sections_[i].bytes, sections_[section.sh_link].bytes);
    return {};
}

void ElfObject::read_symbols(std::string_view table, std::string_view names) {
    const std::size_t count = table.size() / sizeof(Symbol);
    symbols_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto symbol = number_at<Symbol>(table, i * sizeof(Symbol));
        const auto bind = ELF64_ST_BIND(symbol.st_info);
        symbols_.push_back({text_at(names, symbol.st_name), symbol.st_value, symbol.st_shndx,
                            bind != STB_LOCAL, bind == STB_WEAK});
    }
}

const ElfSection &ElfObject::section(std::string_view name) const {
    static const ElfSection none;
    for (const auto &section : sections_)
        if (section.name == name)
            return section;
    return none;
}

const ElfSection &ElfObject::section(std::uint16_t index) const {
    static const ElfSection none;
    return index < sections_.size() ? sections_[index] : none;
}

} // namespace mk
