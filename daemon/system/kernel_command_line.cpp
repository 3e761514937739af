// SPDX-License-Identifier: GPL-2.0-only
#include "system/kernel_command_line.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/module_name.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

// libkmod reads no more of it.
constexpr std::size_t kmod_line_max = 4095;

bool is_blank(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

// Exactly as libkmod (kmod_config_parse_kcmdline): a quote may be before the module's name, as grub
// writes it, or in the value; a word with a second dot or a quote elsewhere is skipped, and so is a
// value with an unclosed quote.
class Reader {
  public:
    KmodCommandLine read(std::string_view line) {
        for (const char c : line)
            take(c);
        if (!quoted_)
            end_word();
        return std::move(result_);
    }

  private:
    enum class State { Module, Parameter, Value, Ignore };

    void take(char c) {
        if (is_blank(c) && !(quoted_ && state_ == State::Value))
            return quoted_ ? ignore() : end_word();
        switch (c) {
        case '"':
            return take_quote();
        case '.':
            if (state_ == State::Module || state_ == State::Parameter) {
                state_ = state_ == State::Module ? State::Parameter : State::Ignore;
                return;
            }
            break;
        case '=':
            if (state_ == State::Module)
                return ignore();
            if (state_ == State::Parameter) {
                state_ = State::Value;
                value_at_ = text_.size() + 1;
            }
            break;
        default:
            break;
        }
        if (state_ != State::Ignore)
            (state_ == State::Module ? module_ : text_) += c;
    }

    void take_quote() {
        quoted_ = !quoted_;
        if (state_ == State::Value)
            text_ += '"';
        else if (quoted_ && state_ == State::Module && module_.empty())
            starts_quoted_ = true;
        else
            ignore();
    }

    void ignore() { state_ = State::Ignore; }

    void end_word() {
        if (state_ == State::Value || state_ == State::Parameter)
            complete();
        module_.clear();
        text_.clear();
        value_at_ = 0;
        starts_quoted_ = false;
        state_ = State::Module;
    }

    void complete() {
        // "module.name=a b" means module.name="a b"
        if (starts_quoted_ && value_at_ != 0)
            text_.insert(value_at_, 1, '"');
        constexpr std::string_view blacklist = "blacklist=";
        if (module_ == "modprobe" && text_.starts_with(blacklist)) {
            for (const auto name : split(std::string_view(text_).substr(blacklist.size()), ","))
                result_.blacklist.emplace_back(name);
        } else if (auto name = canonical_pattern(module_); name && !name->empty()) {
            std::replace(text_.begin(), text_.end(), '\t', ' ');
            result_.options.push_back({std::move(*name), text_});
        }
    }

    KmodCommandLine result_;
    State state_ = State::Module;
    std::string module_;
    std::string text_;
    std::size_t value_at_ = 0; // in the text, 0: no value
    bool quoted_ = false;
    bool starts_quoted_ = false;
};

} // namespace

KmodCommandLine parse_kmod_command_line(std::string_view line) {
    return Reader().read(line.substr(0, std::min(line.find('\0'), kmod_line_max)));
}

Result<std::string> read_command_line(const std::string &file) {
    if (auto text = read_text(file)) {
        while (text->ends_with('\n'))
            text->pop_back();
        return std::move(*text);
    }
    if (access(file.c_str(), F_OK) < 0 && errno == ENOENT)
        return std::string();
    return Error{ErrorCode::Failed, file + ": the kernel's command line cannot be read"};
}

} // namespace mk
