// SPDX-License-Identifier: GPL-2.0-only
// Text together with whether every user may read its source. Code that answers unauthorised callers
// uses for_everybody(), which alone decides what is left out.
#pragma once

#include <string>
#include <utility>

namespace mk {

class GuardedText {
  public:
    GuardedText() = default;
    GuardedText(const char *ours) : text_(ours) {}
    GuardedText(std::string text, bool is_public) : text_(std::move(text)), is_public_(is_public) {}

    // For a process that could read the source itself.
    const std::string &text() const { return text_; }
    // "" if not every user may read it.
    std::string for_everybody() const { return is_public_ ? text_ : std::string(); }
    bool is_public() const { return is_public_; }
    bool empty() const { return text_.empty(); }

    // A text made of several is public only if all of them are.
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
