// SPDX-License-Identifier: GPL-2.0-only
// What every contender must deliver: the loaded modules with the same six facts each, decoded to
// numbers and names. How the list is checked and compared is in canonical.hpp and consistency.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace mk::bench {

enum class State : std::uint8_t { live, coming, going, unknown };

struct Module {
    std::string_view name;
    std::uint64_t size = 0; // bytes that stay, and what init still holds
    std::uint32_t references = 0;
    State state = State::unknown;
    std::uint64_t taints = 0; // bits as in /proc/sys/kernel/tainted
    std::uint32_t first_user = 0;
    std::uint32_t user_count = 0;
};

// One list, filled again and again without allocating once it has grown. Names point into the
// contender's own buffer or, where that does not last, into keep()'s.
class ModuleList {
  public:
    void clear() {
        modules_.clear();
        users_.clear();
        used_ = 0;
    }

    // Users added from here on belong to this module. The reference is good until the next add().
    Module &add(std::string_view name) {
        Module &module = modules_.emplace_back();
        module.name = name;
        module.first_user = static_cast<std::uint32_t>(users_.size());
        return module;
    }

    void add_user(std::string_view name) {
        users_.push_back(name);
        modules_.back().user_count++;
    }

    // Takes back the last add(): the module went away while its facts were being read.
    void drop_last() {
        users_.resize(modules_.back().first_user);
        modules_.pop_back();
    }

    // A copy of a text that lives until clear(). What does not fit is cut to nothing, which the
    // comparison of contenders then shows.
    std::string_view keep(std::string_view text) {
        if (used_ + text.size() > capacity)
            return {};
        char *copy = texts_.get() + used_;
        std::memcpy(copy, text.data(), text.size());
        used_ += text.size();
        return {copy, text.size()};
    }

    const std::vector<Module> &modules() const { return modules_; }
    const std::string_view *users_of(const Module &module) const {
        return users_.data() + module.first_user;
    }

  private:
    static constexpr std::size_t capacity = 1 << 20;

    std::vector<Module> modules_;
    std::vector<std::string_view> users_;
    std::unique_ptr<char[]> texts_ = std::make_unique<char[]>(capacity);
    std::size_t used_ = 0;
};

} // namespace mk::bench
