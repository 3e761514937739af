// SPDX-License-Identifier: GPL-2.0-only
// A text with whether every user may read it where it was read. Whoever answers people that were
// not asked for a right answers with for_everybody(): nothing else decides what is left out.
#pragma once

#include <string>
#include <utility>

namespace mk {

class GuardedText {
  public:
    GuardedText() = default;
    GuardedText(const char *ours) : text_(ours) {}
    GuardedText(std::string text, bool is_public) : text_(std::move(text)), is_public_(is_public) {}

    // For a process that could read it by itself.
    const std::string &text() const { return text_; }
    // "" when not every user may read it.
    std::string for_everybody() const { return is_public_ ? text_ : std::string(); }
    bool is_public() const { return is_public_; }
    bool empty() const { return text_.empty(); }

    // What has been put together of several is no more public than each of them.
    GuardedText &append(const GuardedText &more) {
        text_ += more.text_;
        is_public_ = is_public_ && more.is_public_;
        return *this;
    }

  private:
    std::string text_;
    bool is_public_ = true;
};

} // namespace mk
