// SPDX-License-Identifier: GPL-2.0-only
// Sections and symbols of an ELF object in memory. The reader trusts no offset and no size in it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mk {

struct ElfSection {
    std::string_view name;
    std::uint64_t address = 0; // 0 in modules
    std::string_view bytes;    // empty if it takes no room in the file
    std::uint64_t size = 0;    // in memory
    std::uint64_t flags = 0;   // SHF_...
};

struct ElfSymbol {
    std::string_view name;
    std::uint64_t value = 0;
    std::uint16_t section = 0; // index; SHN_UNDEF: it is defined elsewhere
    bool global = false;
    bool weak = false;
};

// Everything it returns points into its bytes and is valid as long as it exists.
class ElfObject {
  public:
    // BadFormat: not an ELF object, for another machine, or truncated.
    static Result<ElfObject> create(std::string bytes);

    // Empty and without a name if there is none.
    const ElfSection &section(std::string_view name) const;
    const ElfSection &section(std::uint16_t index) const;
    bool has_section(std::string_view name) const { return !section(name).name.empty(); }
    const std::vector<ElfSection> &sections() const { return sections_; }
    const std::vector<ElfSymbol> &symbols() const { return symbols_; }
    // The whole file.
    std::string_view bytes() const { return *bytes_; }

  private:
    explicit ElfObject(std::string bytes)
        : bytes_(std::make_unique<std::string>(std::move(bytes))) {}
    Result<void> read_sections();
    void read_symbols(std::string_view table, std::string_view names);

    // its address does not change when this is moved
    std::unique_ptr<std::string> bytes_;
    std::vector<ElfSection> sections_;
    std::vector<ElfSymbol> symbols_;
};

// A number in @bytes at @offset, 0 beyond their end.
template <typename Number> Number number_at(std::string_view bytes, std::uint64_t offset) {
    Number value{};
    if (offset <= bytes.size() && bytes.size() - offset >= sizeof value)
        bytes.copy(reinterpret_cast<char *>(&value), sizeof value, offset);
    return value;
}

// The text at @offset up to its NUL, "" beyond the end.
std::string_view text_at(std::string_view bytes, std::uint64_t offset);

} // namespace mk
