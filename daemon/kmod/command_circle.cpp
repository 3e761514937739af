// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/command_circle.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/folder.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

// A command that ends after some rounds may do so.
constexpr int turns_max = 16;
constexpr std::chrono::seconds between_looks{1};

using Words = std::vector<std::string_view>;

// Field 5 of proc_pid_stat(5), after a name that may have blanks and brackets. 0: not a process
// that could request a module.
pid_t group_of(const std::string &stat) {
    const auto name_end = stat.rfind(')');
    if (name_end == std::string::npos || (stat.find("(modprobe)") == std::string::npos &&
                                          stat.find("(modkeeper)") == std::string::npos))
        return 0;
    const auto fields = split(std::string_view(stat).substr(name_end + 1), " ");
    constexpr std::size_t group = 2;
    return fields.size() > group ? std::atoi(std::string(fields[group]).c_str()) : 0;
}

bool is_one_of(const Words &words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool names(const Words &words, const ModuleName &module) {
    return std::any_of(words.begin() + 1, words.end(), [&](auto word) { return module == word; });
}

bool is_program(const Words &words, std::string_view name) {
    return words[0].substr(words[0].rfind('/') + 1) == name;
}

} // namespace

bool calls_itself(pid_t group, const ModuleName &module) {
    using namespace std::string_view_literals;
    int turns = 0;
    for (const auto &process : readable_entries("/proc")) {
        if (process.find_first_not_of("0123456789") != std::string::npos)
            continue;
        if (group_of(read_text("/proc/" + process + "/stat").value_or("")) != group)
            continue;
        const auto line = read_text("/proc/" + process + "/cmdline").value_or("");
        const auto words = split(line, "\0"sv);
        if (words.empty() || !names(words, module))
            continue;
        if (is_program(words, "modkeeper") && is_one_of(words, "load"))
            return true;
        const bool ignores = is_one_of(words, "--ignore-install") || is_one_of(words, "-i") ||
                             is_one_of(words, "-r") || is_one_of(words, "--remove");
        turns += is_program(words, "modprobe") && !ignores ? 1 : 0;
    }
    return turns > turns_max;
}

struct CircleWatch::State {
    std::atomic<bool> is_over = false;
    std::atomic<bool> is_circle = false;
};

CircleWatch::CircleWatch(Look look, Clock::time_point began)
    : look_(std::move(look)), next_(began + between_looks) {}

bool CircleWatch::found(Clock::time_point now) {
    if (state_ && state_->is_over && state_->is_circle)
        return true;
    // no further look is started while one hangs
    if (now < next_ || (state_ && !state_->is_over))
        return false;
    next_ = now + between_looks;
    state_ = std::make_shared<State>();
    try {
        std::thread([look = look_, state = state_] {
            state->is_circle = look();
            state->is_over = true;
        }).detach();
    } catch (const std::system_error &) { // no thread can be created: the next look may succeed
        state_->is_over = true;
    }
    return false;
}

} // namespace mk
