// SPDX-License-Identifier: GPL-2.0-only
#include "explain/tool_task.hpp"

#include <algorithm>
#include <array>

#include "base/text_file.hpp"

namespace mk {

namespace {

using Words = std::vector<std::string_view>;

// Of modprobe: these take a value and say where it looks.
constexpr std::array<std::string_view, 3> places = {"--config", "--dirname", "--set-version"};
// With these it changes nothing.
constexpr std::array<std::string_view, 11> questions = {
    "--dry-run",          "--simulate",    "--resolve-alias", "--show",
    "--show-depends",     "--show-config", "--showconfig",    "--dump-modversions",
    "--show-modversions", "--version",     "--help"};

template <typename List> bool has(const List &list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

std::string_view base_of(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

// "/bin/sh /sbin/insmod", "busybox insmod", "kmod insmod"
Words::const_iterator tool_in(const Words &words) {
    constexpr std::array<std::string_view, 3> tools = {"insmod", "modprobe", "rmmod"};
    const auto most =
        words.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(2, words.size()));
    const auto found = std::find_if(
        words.begin(), most, [&](std::string_view word) { return has(tools, base_of(word)); });
    return found == most ? words.end() : found;
}

class Reader {
  public:
    explicit Reader(std::string_view tool) : is_modprobe_(tool == "modprobe") {
        task_.takes_files = tool == "insmod";
        task_.unloads = tool == "rmmod";
    }

    std::optional<ToolTask> read(Words::const_iterator word, Words::const_iterator end) {
        bool has_options = true;
        for (; word != end; ++word) {
            if (takes_value_)
                takes_value_ = false;
            else if (has_options && *word == "--")
                has_options = false;
            else if (has_options && word->size() > 1 && word->front() == '-')
                take_option(*word);
            else
                task_.targets.emplace_back(*word);
        }
        if (asks_ || task_.targets.empty())
            return std::nullopt;
        // the rest are parameters
        if (!task_.unloads && !takes_many_)
            task_.targets.resize(1);
        return task_;
    }

  private:
    void take_option(std::string_view word) {
        if (word.starts_with("--"))
            take_long(word.substr(0, word.find('=')), word.find('=') != std::string_view::npos);
        else
            for (std::size_t i = 1; i < word.size(); ++i)
                if (take_letter(word[i])) {
                    takes_value_ = i + 1 == word.size();
                    break;
                }
    }
    void take_long(std::string_view word, bool has_value) {
        if (has(questions, word))
            asks_ = true;
        if (!is_modprobe_)
            return;
        if (has(places, word)) {
            task_.has_other_root = true;
            takes_value_ = !has_value;
        }
        task_.unloads |= word == "--remove";
        takes_many_ |= word == "--all";
        task_.must_be_first |= word == "--first-time";
    }
    // Whether it takes a value.
    bool take_letter(char letter) {
        asks_ |= letter == 'V' || letter == 'h';
        if (!is_modprobe_)
            return false;
        constexpr std::string_view asking = "nDRc", placing = "CdS";
        asks_ |= asking.find(letter) != std::string_view::npos;
        task_.unloads |= letter == 'r';
        takes_many_ |= letter == 'a';
        const bool places_it = placing.find(letter) != std::string_view::npos;
        task_.has_other_root |= places_it;
        return places_it;
    }

    ToolTask task_;
    bool is_modprobe_;
    bool asks_ = false;
    bool takes_many_ = false;
    bool takes_value_ = false; // the next word is one
};

} // namespace

std::optional<ToolTask> tool_task(std::string_view command) {
    const auto words = split(command, " ");
    const auto tool = tool_in(words);
    if (tool == words.end())
        return std::nullopt;
    return Reader(base_of(*tool)).read(tool + 1, words.end());
}

ModuleName module_given_by(std::string_view target) {
    const bool is_file =
        target.find('/') != std::string_view::npos || target.find(".ko") != std::string_view::npos;
    return is_file ? ModuleName::of_file(target) : ModuleName(target);
}

} // namespace mk
