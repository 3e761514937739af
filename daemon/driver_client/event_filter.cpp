// SPDX-License-Identifier: GPL-2.0-only
#include "driver_client/event_filter.hpp"

#include <fnmatch.h>
#include <map>
#include <vector>

#include "base/module_name.hpp"
#include "driver_client/event_names.hpp"

namespace mk::driver {
namespace {

using Words = std::map<std::string_view, std::vector<EventKind>>;

const Words &words() {
    static const Words all = [] {
        Words words;
        for (const auto &[word, kind] : asked_kinds)
            words[word].push_back(kind);
        return words;
    }();
    return all;
}

// In [a-z] the '-' is a range.
bool fits(const std::string &pattern, std::string_view module) {
    const std::string name(module);
    return fnmatch(canonical_name(pattern).c_str(), ModuleName(name).c_str(), 0) == 0 ||
           fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

// Position of the ']' that closes the '[' at @begin.
std::size_t end_of_class(std::string_view pattern, std::size_t begin) {
    const std::size_t first = begin + (pattern.substr(begin + 1).starts_with('!') ? 2 : 1);
    // a ']' that comes first is a member of the set
    return pattern.find(']', first + 1);
}

} // namespace

bool Moment::is_before(const Event &event, bool this_boot) const {
    return this_boot && boottime_ns ? *boottime_ns < event.boottime_ns
                                    : realtime_ns < event.realtime_ns;
}

bool Moment::is_after(const Event &event, bool this_boot) const {
    return this_boot && boottime_ns ? *boottime_ns > event.boottime_ns
                                    : realtime_ns > event.realtime_ns;
}

bool EventFilter::matches(const Event &event, bool this_boot) const {
    if ((since && since->is_after(event, this_boot)) ||
        (until && until->is_before(event, this_boot)))
        return false;
    if (event.kind == EventKind::Lost)
        return true;
    if (!kinds.empty() && !kinds.contains(event.kind))
        return false;
    if (failed && !is_failure(event))
        return false;
    return module.empty() || fits(module, module_of(event));
}

Result<void> check_glob(std::string_view pattern) {
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] == '\\')
            ++at;
        else if (pattern[at] == '[' && (at = end_of_class(pattern, at)) == std::string_view::npos)
            return Error{ErrorCode::InvalidArgument,
                         "the pattern \"" + std::string(pattern) + "\" has a '[' without a ']'"};
    }
    return {};
}

std::vector<std::string> kind_words() {
    std::vector<std::string> names;
    for (const auto &[name, kinds] : words())
        names.emplace_back(name);
    return names;
}

Result<void> add_kinds(EventFilter &filter, std::string_view word) {
    if (const auto known = words().find(word); known != words().end()) {
        filter.kinds.insert(known->second.begin(), known->second.end());
        return {};
    }
    if (const auto kind = named<EventKind>(word)) {
        filter.kinds.insert(*kind);
        return {};
    }
    std::string list;
    for (const auto &[name, kinds] : words())
        list += (list.empty() ? "" : ", ") + std::string(name);
    return Error{ErrorCode::InvalidArgument,
                 "there is no kind of event \"" + std::string(word) + "\"; it knows " + list};
}

} // namespace mk::driver
