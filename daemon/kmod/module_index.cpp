// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/module_index.hpp"

#include <endian.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <vector>

#include "base/file_identity.hpp"
#include "base/guarded.hpp"
#include "base/module_name.hpp"

namespace mk {

namespace {

// Trees of nodes.
constexpr std::array binary_files = {"modules.dep.bin", "modules.alias.bin", "modules.symbols.bin",
                                     "modules.builtin.bin", "modules.builtin.alias.bin"};
// Texts, and what libkmod reads piece by piece.
constexpr std::array other_files = {"modules.softdep", "modules.weakdep",
                                    "modules.builtin.modinfo"};

// Of a header of three numbers and of the offsets of nodes, all big-endian.
constexpr std::uint32_t magic = 0xB007F457;
constexpr std::uint32_t major_version = 2;
constexpr std::uint32_t has_prefix = 0x80000000;
constexpr std::uint32_t has_values = 0x40000000;
constexpr std::uint32_t has_children = 0x20000000;
constexpr std::uint32_t offset_mask = 0x0FFFFFFF;

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
        auto bytes = take(sizeof(std::uint32_t));
        return bytes ? std::optional(number_in(*bytes, 0)) : std::nullopt;
    }
    std::optional<std::string_view> take(std::size_t count) {
        if (bytes_.size() < count)
            return std::nullopt;
        auto taken = bytes_.substr(0, count);
        bytes_.remove_prefix(count);
        return taken;
    }
    // Up to a NUL, which must exist.
    std::optional<std::string_view> text() {
        auto end = bytes_.find('\0');
        if (end == std::string_view::npos)
            return std::nullopt;
        auto taken = bytes_.substr(0, end);
        bytes_.remove_prefix(end + 1);
        return taken;
    }
    std::size_t left() const { return bytes_.size(); }
    // The number at @index of an array.
    static std::uint32_t number_in(std::string_view array, std::size_t index) {
        std::uint32_t value = 0;
        std::memcpy(&value, array.data() + index * sizeof value, sizeof value);
        return be32toh(value);
    }

  private:
    std::string_view bytes_;
};

bool read_children(Reader &reader, std::vector<std::uint32_t> &found) {
    auto first = reader.byte();
    auto last = reader.byte();
    if (!first || !last || *last < *first)
        return false;
    // most of a file are these, and most of them are 0
    const std::size_t count = *last - *first + 1U;
    auto children = reader.take(count * sizeof(std::uint32_t));
    if (!children)
        return false;
    for (std::size_t i = 0; i < count; ++i) {
        auto child = Reader::number_in(*children, i);
        if (child != 0)
            found.push_back(child);
    }
    return true;
}

// The child for @letter; 0 and nothing: there is none.
std::optional<std::uint32_t> child_for(Reader &reader, char letter) {
    const auto first = reader.byte();
    const auto last = reader.byte();
    const auto wanted = static_cast<std::uint8_t>(letter);
    if (!first || !last || wanted < *first || wanted > *last ||
        !reader.take((wanted - *first) * sizeof(std::uint32_t)))
        return std::nullopt;
    return reader.number();
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

// A file's bytes, mapped as long as this lives; nothing when there is none or it is empty.
class MappedFile {
  public:
    explicit MappedFile(const std::string &path) {
        int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (fd < 0)
            return;
        if (fstat(fd, &status_) == 0 && S_ISREG(status_.st_mode) && status_.st_size > 0)
            bytes_ = mmap(nullptr, size(), PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
        close(fd);
    }
    ~MappedFile() {
        if (bytes_ != MAP_FAILED)
            munmap(bytes_, size());
    }
    MappedFile(const MappedFile &) = delete;
    MappedFile &operator=(const MappedFile &) = delete;

    std::optional<std::string_view> bytes() const {
        if (bytes_ == MAP_FAILED)
            return std::nullopt;
        return std::string_view(static_cast<const char *>(bytes_), size());
    }

  private:
    std::size_t size() const { return static_cast<std::size_t>(status_.st_size); }

    struct stat status_ = {};
    void *bytes_ = MAP_FAILED;
};

// Files that were whole, so that a daemon checks each once: depmod creates new files. Workers
// inherit it.
class WholeFiles {
  public:
    bool has(const std::string &path, const FileIdentity &now) {
        const auto files = files_.lock();
        auto known = files->find(path);
        return known != files->end() && known->second == now;
    }
    void add(const std::string &path, const FileIdentity &now) {
        files_.lock()->insert_or_assign(path, now);
    }

  private:
    Guarded<std::map<std::string, FileIdentity>> files_;
};

} // namespace

bool is_whole_index(std::string_view bytes) {
    Reader header(bytes);
    auto found_magic = header.number();
    auto version = header.number();
    auto root = header.number();
    if (found_magic != magic || !version || *version >> 16 != major_version || !root)
        return false;
    std::vector<std::uint32_t> open{*root};
    // Nodes never share a byte, so a cycle would need more bytes than there are. The order of nodes
    // is depmod's choice: the root was last, and is first since kmod 34.
    for (std::size_t unseen = header.left(); !open.empty();) {
        auto node = open.back();
        open.pop_back();
        auto offset = node & offset_mask;
        // an empty index has an empty root, after the end
        if (offset > bytes.size())
            return false;
        Reader reader(bytes.substr(offset));
        if (((node & has_prefix) != 0 && !reader.text()) ||
            ((node & has_children) != 0 && !read_children(reader, open)) ||
            ((node & has_values) != 0 && !read_values(reader)))
            return false;
        const std::size_t used = bytes.size() - offset - reader.left();
        if (used > unseen)
            return false;
        unseen -= used;
    }
    return true;
}

bool is_in_index(std::string_view bytes, std::string_view key) {
    Reader header(bytes);
    if (header.number() != magic || !header.number())
        return false;
    for (auto node = header.number(); node && *node != 0;) {
        const auto offset = *node & offset_mask;
        if (offset > bytes.size())
            return false;
        Reader reader(bytes.substr(offset));
        if ((*node & has_prefix) != 0) {
            const auto prefix = reader.text();
            if (!prefix || !key.starts_with(*prefix))
                return false;
            key.remove_prefix(prefix->size());
        }
        if (key.empty())
            return (*node & has_values) != 0;
        node = (*node & has_children) != 0 ? child_for(reader, key.front()) : std::nullopt;
        key.remove_prefix(1);
    }
    return false;
}

bool are_listed(const std::string &module_dir, const ModuleNames &names) {
    const MappedFile file(module_dir + "/modules.dep.bin");
    const auto bytes = file.bytes();
    return bytes && std::all_of(names.begin(), names.end(),
                                [&](const auto &name) { return is_in_index(*bytes, name); });
}

std::vector<std::string> index_files(const std::string &module_dir) {
    std::vector<std::string> files;
    files.reserve(std::size(binary_files) + std::size(other_files));
    for (const char *name : binary_files)
        files.push_back(module_dir + "/" + name);
    for (const char *name : other_files)
        files.push_back(module_dir + "/" + name);
    return files;
}

Result<void> check_module_index(const std::string &module_dir) {
    static WholeFiles whole;
    for (const char *name : binary_files) {
        auto path = module_dir + "/" + name;
        const auto now = identity_of(path);
        if (!now || whole.has(path, *now))
            continue;
        const MappedFile file(path);
        // To libkmod, an empty file is the same as none; depmod itself leaves empty ones if nothing
        // is built in.
        if (auto bytes = file.bytes(); bytes && !is_whole_index(*bytes))
            return Error{ErrorCode::Failed,
                         fmt::format("the index {} is damaged; run depmod to rebuild it", path),
                         {.cause = Cause::NoIndex}};
        whole.add(path, *now);
    }
    return {};
}

} // namespace mk
