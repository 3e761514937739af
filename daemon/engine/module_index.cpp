// SPDX-License-Identifier: GPL-2.0-only
#include "engine/module_index.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/text_file.hpp"

namespace mk::engine {

namespace {

// Of a header of three numbers and of the offsets of nodes, all big-endian.
constexpr std::uint32_t magic = 0xB007F457;
constexpr std::uint32_t major_version = 2;
constexpr std::uint32_t has_prefix = 0x80000000;
constexpr std::uint32_t has_values = 0x40000000;
constexpr std::uint32_t has_children = 0x20000000;
constexpr std::uint32_t offset_mask = 0x0FFFFFFF;

constexpr std::size_t index_max = 64U << 20;

class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    std::optional<std::uint8_t> byte() {
        if (bytes_.empty())
            return std::nullopt;
        auto value = static_cast<std::uint8_t>(bytes_.front());
        bytes_.remove_prefix(1);
        return value;
    }
    std::optional<std::uint32_t> number() {
        if (bytes_.size() < 4)
            return std::nullopt;
        std::uint32_t value = 0;
        for (char c : bytes_.substr(0, 4))
            value = value << 8 | static_cast<std::uint8_t>(c);
        bytes_.remove_prefix(4);
        return value;
    }
    // Up to a NUL, which has to be there.
    bool text() {
        auto end = bytes_.find('\0');
        if (end == std::string_view::npos)
            return false;
        bytes_.remove_prefix(end + 1);
        return true;
    }

  private:
    std::string_view bytes_;
};

// depmod writes children before their parent: whatever leads forward, or back to itself, is damage.
bool read_children(Reader &reader, std::uint32_t parent, std::vector<std::uint32_t> &found) {
    auto first = reader.byte();
    auto last = reader.byte();
    if (!first || !last || *last < *first)
        return false;
    for (unsigned i = *first; i <= *last; ++i) {
        auto child = reader.number();
        if (!child)
            return false;
        if (*child == 0)
            continue;
        if ((*child & offset_mask) >= (parent & offset_mask))
            return false;
        found.push_back(*child);
    }
    return true;
}

bool read_values(Reader &reader) {
    auto count = reader.number();
    if (!count)
        return false;
    for (std::uint32_t i = 0; i < *count; ++i)
        if (!reader.number() || !reader.text())
            return false;
    return true;
}

} // namespace

bool is_whole_index(std::string_view bytes) {
    Reader header(bytes);
    auto found_magic = header.number();
    auto version = header.number();
    auto root = header.number();
    if (found_magic != magic || !version || *version >> 16 != major_version || !root)
        return false;
    std::vector<std::uint32_t> open{*root};
    // no two nodes share a byte
    for (std::size_t seen = 0; !open.empty(); ++seen) {
        auto node = open.back();
        open.pop_back();
        auto offset = node & offset_mask;
        // an empty index has a root without anything, behind the end
        if (seen > bytes.size() || offset > bytes.size())
            return false;
        Reader reader(bytes.substr(offset));
        if (((node & has_prefix) != 0 && !reader.text()) ||
            ((node & has_children) != 0 && !read_children(reader, node, open)) ||
            ((node & has_values) != 0 && !read_values(reader)))
            return false;
    }
    return true;
}

Result<void> check_module_index(const std::string &module_dir) {
    // those that libkmod reads
    for (const char *name : {"modules.dep.bin", "modules.alias.bin", "modules.symbols.bin",
                             "modules.builtin.bin", "modules.builtin.alias.bin"}) {
        auto path = module_dir + "/" + name;
        auto bytes = read_text(path, index_max);
        // An empty one is as none to libkmod; depmod itself leaves such where nothing is built in.
        if (bytes && !bytes->empty() && !is_whole_index(*bytes))
            return Error{ErrorCode::Failed,
                         fmt::format("the index {} is damaged; run depmod to make it again", path)};
    }
    return {};
}

} // namespace mk::engine
