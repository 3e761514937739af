// SPDX-License-Identifier: GPL-2.0-only
#include "policy/rule_words.hpp"

#include <optional>

namespace mk::policy {

namespace {

class Scanner {
  public:
    Scanner(std::string_view text, const std::string &file, Findings &findings)
        : text_(text), file_(file), findings_(findings) {}

    std::vector<Statement> scan() {
        std::vector<Statement> statements;
        while (at_ < text_.size())
            if (auto statement = line(); !statement.empty())
                statements.push_back(std::move(statement));
        return statements;
    }

  private:
    bool at_end() const { return at_ >= text_.size(); }
    char here() const { return text_[at_]; }
    bool at_line_end() const { return at_end() || here() == '\n'; }
    bool at_join() const {
        return here() == '\\' && (at_ + 1 == text_.size() || text_[at_ + 1] == '\n');
    }
    static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }
    Place place() const { return {file_, line_, static_cast<unsigned>(at_ - line_start_) + 1}; }
    void next_line() {
        ++line_;
        line_start_ = at_;
    }

    // Up to the end of the line and of those joined to it; empty: there is nothing, or a fault.
    Statement line() {
        Statement words;
        bool good = true;
        while (!at_line_end()) {
            if (is_space(here())) {
                ++at_;
            } else if (at_join()) {
                at_ += at_ + 1 < text_.size() ? 2 : 1;
                next_line();
            } else if (here() == '#') {
                while (!at_line_end())
                    ++at_;
            } else if (auto found = word()) {
                words.push_back(std::move(*found));
            } else {
                good = false;
            }
        }
        if (!at_end()) {
            ++at_;
            next_line();
        }
        return good ? std::move(words) : Statement();
    }

    std::optional<Word> word() {
        Word word{{}, place(), false};
        // reason "two words", but also reason="two words"
        while (!at_line_end() && !is_space(here()) && !at_join()) {
            const auto c = static_cast<unsigned char>(here());
            if (c < ' ' || c == 0x7f) {
                findings_.push_back(error_at(place(), "a control character"));
                ++at_;
                return std::nullopt;
            }
            if (c == '"') {
                word.is_quoted = true;
                if (!quoted(word.text))
                    return std::nullopt;
            } else {
                word.text += here();
                ++at_;
            }
        }
        return word;
    }

    // From a quote to the next one of the same line.
    bool quoted(std::string &text) {
        const auto start = place();
        for (++at_; !at_line_end(); ++at_) {
            if (here() == '"') {
                ++at_;
                return true;
            }
            if (here() == '\\' && at_ + 1 < text_.size() &&
                (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\'))
                ++at_;
            const auto c = static_cast<unsigned char>(here());
            if (c < ' ' || c == 0x7f) {
                findings_.push_back(error_at(place(), "a control character"));
                ++at_;
                return false;
            }
            text += here();
        }
        findings_.push_back(error_at(start, "a quote without an end on its line"));
        return false;
    }

    std::string_view text_;
    const std::string &file_;
    Findings &findings_;
    std::size_t at_ = 0;
    std::size_t line_start_ = 0;
    unsigned line_ = 1;
};

} // namespace

std::vector<Statement> statements_of(std::string_view text, const std::string &file,
                                     Findings &findings) {
    return Scanner(text, file, findings).scan();
}

} // namespace mk::policy
