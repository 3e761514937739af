// SPDX-License-Identifier: GPL-2.0-only
#include "policy/kept_text.hpp"

#include <fmt/core.h>

#include <charconv>
#include <optional>

#include "policy/digest.hpp"

namespace mk::policy {

namespace {

constexpr std::string_view first_line = "modkeeper-policy-text 1\n";
constexpr std::string_view file_word = "file ";
constexpr std::string_view digest_word = "sha256 ";
constexpr std::size_t digits = 64;

// Takes what it reads from the front of a text.
class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool is_at_end() const { return rest_.empty(); }
    bool takes(std::string_view word) {
        if (!rest_.starts_with(word))
            return false;
        rest_.remove_prefix(word.size());
        return true;
    }
    std::optional<std::string_view> take(std::size_t size) {
        if (size > rest_.size())
            return std::nullopt;
        const auto taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }
    std::optional<std::size_t> take_number() {
        std::size_t number = 0;
        const auto read = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
        if (read.ec != std::errc())
            return std::nullopt;
        rest_.remove_prefix(static_cast<std::size_t>(read.ptr - rest_.data()));
        return number;
    }

  private:
    std::string_view rest_;
};

// "SIZE PATHSIZE PATH\nTEXT\n"
std::optional<RuleFile> take_file(Reader &reader) {
    const auto size = reader.take_number();
    if (!size || !reader.takes(" "))
        return std::nullopt;
    const auto path_size = reader.take_number();
    if (!path_size || !reader.takes(" "))
        return std::nullopt;
    const auto path = reader.take(*path_size);
    if (!path || !reader.takes("\n"))
        return std::nullopt;
    const auto text = reader.take(*size);
    if (!text || !reader.takes("\n"))
        return std::nullopt;
    return RuleFile{std::string(*path), std::string(*text)};
}

Error torn() {
    return {ErrorCode::BadFormat, "it is not the whole of a text that was kept"};
}

} // namespace

Result<KeptText> kept_text_of(const std::vector<RuleFile> &files) {
    KeptText kept;
    kept.bytes = first_line;
    for (const auto &file : files)
        kept.bytes += fmt::format("{}{} {} {}\n{}\n", file_word, file.text.size(), file.path.size(),
                                  file.path, file.text);
    kept.digest = TRY(digest_of(kept.bytes));
    kept.bytes += fmt::format("{}{}\n", digest_word, kept.digest);
    return kept;
}

Result<KeptFiles> files_in(std::string_view bytes) {
    const auto tail = digest_word.size() + digits + 1;
    if (bytes.size() < tail)
        return torn();
    const auto body = bytes.substr(0, bytes.size() - tail);
    KeptFiles kept;
    kept.digest = TRY(digest_of(body));
    if (bytes.substr(body.size()) != fmt::format("{}{}\n", digest_word, kept.digest))
        return torn();
    Reader reader(body);
    if (!reader.takes(first_line))
        return torn();
    while (!reader.is_at_end()) {
        if (!reader.takes(file_word))
            return torn();
        auto file = take_file(reader);
        if (!file)
            return torn();
        kept.files.push_back(std::move(*file));
    }
    return kept;
}

} // namespace mk::policy
