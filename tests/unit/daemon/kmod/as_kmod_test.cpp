// SPDX-License-Identifier: GPL-2.0-only
// What we read of modprobe.d and the kernel's command line, beside what libkmod reads of the same
// random texts. MODKEEPER_RANDOM_ROUNDS: how many texts; MODKEEPER_RANDOM_SEED: where they begin,
// at another seed each day if nothing is said, which a failure tells.
#include <dlfcn.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <libkmod.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

#include "base/text_file.hpp"
#include "fixtures/module_names.hpp"
#include "fixtures/module_tree.hpp"
#include "fixtures/random.hpp"
#include "fixtures/temporary_folder.hpp"
#include "job/planner.hpp"
#include "kmod/kmod_rules.hpp"
#include "kmod/modprobe_configuration.hpp"
#include "kmod/places.hpp"
#include "system/kernel_command_line.hpp"

namespace {
// What libkmod is shown in the place of /proc/cmdline, which it reads wherever its folders are.
std::string command_line_file;
} // namespace

// Before libc's in the search of libkmod.
extern "C" int open(const char *path, int flags, ...) {
    mode_t mode = 0;
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        va_list rest;
        va_start(rest, flags);
        mode = va_arg(rest, mode_t);
        va_end(rest);
    }
    if (!command_line_file.empty() && std::strcmp(path, "/proc/cmdline") == 0)
        path = command_line_file.c_str();
    return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

// The same where it is built for large files.
extern "C" int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const auto mode = va_arg(rest, mode_t);
    va_end(rest);
    return open(path, flags, mode);
}

namespace mk::test {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

// Days since 1970, far enough from each other that no text comes twice.
unsigned seed_of_the_day() {
    constexpr unsigned texts_a_day = 10'000;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<unsigned>(std::chrono::floor<std::chrono::days>(now).count()) * texts_a_day;
}

const Lines module_names = {"foo", "b-c", "b_c", "x2", "snd-hda-x", "a.b", "f", "x-9"};

std::string random_name(Random &random) {
    static const Lines patterns = {"x[1-3]", "f*",   "b?c", "[",     "]",       "x[a-]2",
                                   "*",      "x[-9", "a]b", "b[-]c", "[a-z]-c", "snd[-_]*"};
    return random.one_in(3) ? random.of(patterns) : random.of(module_names);
}

std::string random_line(Random &random) {
    static const Lines words = {"alias",   "blacklist", "options",  "install", "remove",
                                "softdep", "weakdep",   "blaclist", "include", "config",
                                "Options", "#",         "404:",     "install"};
    static const Lines gaps = {" ", " ", " ", "\t", "  ", " \t ", "\\\n", " \\\n\t", "\\ ", "\v"};
    static const Lines rest = {
        "k=v",   "n-m=1", "\"k=v w\"", "k=\"v w\"", "#",      "pre:",       "post:", "\\",
        "\\\\",  "\\\"",  "\r",        "foo",       "b-c",    "/bin/false", "'q r'", "=",
        "k=a,b", "x\\",   "k=s\"t\"",  "pre:post:", "$OPTS;", "\xc3\xa4",   "[",     "t=\"a\tb\""};
    std::string line = random.one_in(8) ? random.of(gaps) : "";
    line += random.of(words);
    if (!random.one_in(12))
        line += random.of(gaps) + random_name(random);
    for (auto count = random.below(5); count > 0; --count)
        line += random.of(gaps) + random.of(rest);
    if (random.one_in(10))
        line += random.of(gaps);
    if (random.one_in(60))
        line.insert(random.below(static_cast<unsigned>(line.size())), 1, '\0');
    return line;
}

std::string random_file(Random &random) {
    static const Lines ends = {"\n", "\n", "\n", "\n", "\r\n", "\n\n", "\\\n", " \n"};
    std::string text;
    for (auto count = random.below(7); count > 0; --count)
        text += random_line(random) + random.of(ends);
    if (random.one_in(3))
        text += random_line(random) + (random.one_in(4) ? "\\" : "");
    return text;
}

std::string random_command_line(Random &random) {
    static const Lines pieces = {"foo.",  "b-c.",       "x2.", ".",         "=",
                                 "\"",    "\"",         " ",   " ",         " ",
                                 "\t",    "k",          "n-m", "v",         ",",
                                 "foo",   "b_c",        "-",   "[",         "]",
                                 "k=v w", "\\",         "'",   "modprobe.", "modprobe.blacklist=",
                                 "quiet", "blacklist=", "a.b", "--",        "\v"};
    std::string line = random.of(pieces, random.below(40));
    if (random.one_in(50))
        line += std::string(4070 + random.below(60), 'y') + " foo.long=1";
    return line + (random.one_in(4) ? "" : "\n");
}

using Context = std::unique_ptr<kmod_ctx, decltype(&::kmod_unref)>;
using Iterator = std::unique_ptr<kmod_config_iter, decltype(&::kmod_config_iter_free_iter)>;

void drop_log(void *, int, const char *, int, const char *, const char *, va_list) {}

std::string trimmed(std::string_view text) {
    return std::string(text.substr(std::min(text.find_first_not_of(" \t"), text.size())));
}

Lines entries(kmod_config_iter *raw) {
    const Iterator list(raw, ::kmod_config_iter_free_iter);
    Lines result;
    while (::kmod_config_iter_next(raw)) {
        const char *value = ::kmod_config_iter_get_value(raw);
        std::string key = ::kmod_config_iter_get_key(raw);
        if (!key.empty())
            result.push_back(key + "|" + (value != nullptr ? trimmed(value) : ""));
    }
    return result;
}

Lines keys(Lines lines) {
    for (auto &line : lines)
        line = line.substr(0, line.find('|'));
    return lines;
}

class AsKmod : public testing::Test {
  protected:
    AsKmod() {
        for (const char *parent : {"etc", "run", "usr/local/lib", "usr/lib", "lib"})
            folders_.push_back(root_ / (std::string(parent) + "/modprobe.d"));
        command_line_file = root_ / "cmdline";
        setenv("KMOD_LOG", "0", 1); // it complains of each line that it skips
    }
    ~AsKmod() override { command_line_file.clear(); }

    void clear() {
        for (const auto &folder : folders_)
            fs::remove_all(folder);
    }

    void fill(Random &random) {
        static const Lines names = {"a.conf", "b.conf",  "modkeeper.conf", "9-x.conf", "10-x.conf",
                                    "x.conf", "x.alias", ".h.conf",        "x.txt",    ".conf"};
        for (const auto &folder : folders_) {
            if (random.one_in(3))
                continue;
            fs::create_directories(folder);
            for (auto count = random.below(4); count > 0; --count)
                place(random, folder + "/" + random.of(names));
        }
        root_.write("cmdline", random_command_line(random));
    }

    void place(Random &random, const std::string &path) {
        std::error_code there;
        if (fs::exists(fs::symlink_status(path, there)))
            return;
        if (random.one_in(12))
            fs::create_directory(path);
        else if (random.one_in(12))
            fs::create_symlink("/dev/null", path);
        // before 34 libkmod looks at memory that nobody has written for these
        else if (random.one_in(12) && !rules_.dangling_links_hide)
            fs::create_symlink("nowhere", path);
        else
            root_.write(path.substr(root_.path().size() + 1), random_file(random));
        if (fs::is_regular_file(fs::symlink_status(path, there)) && random.one_in(3))
            fs::permissions(path, fs::perms(0600));
    }

    // A value is public when every letter of it stands in a line that every user may read.
    void compare_guards(const ModprobeConfiguration &all, const std::string &name) const {
        std::string text;
        std::string letters; // of public lines a 'p' each
        for (const auto &line : all.of(LineKind::Options, ModuleName(name))) {
            if (line.rest.empty())
                continue;
            text += (text.empty() ? "" : " ") + line.rest;
            letters.resize(text.size() - line.rest.size(), 'p');
            letters.resize(text.size(), line.origin.is_public ? 'p' : 'h');
        }
        Lines theirs;
        for (const auto word : split_words(text)) {
            const auto begin = static_cast<std::size_t>(word.data() - text.data());
            const bool is_hidden =
                letters.substr(begin, word.size()).find('h') != std::string::npos;
            theirs.push_back(to_text(assignment_of(word)) + (is_hidden ? " hidden" : ""));
        }
        Lines mine;
        for (const auto &one : all.options(ModuleName(name)))
            mine.push_back(to_text(one) + (one.origin.is_public ? "" : " hidden"));
        EXPECT_EQ(mine, theirs) << name;
    }

    Lines ours(const ModprobeConfiguration &all, LineKind kind) const {
        Lines result;
        for (const auto &line : all.lines())
            if (line.kind == kind && !line.name.empty())
                result.push_back(line.name + "|" + trimmed(line.rest));
        return result;
    }

    void compare(const ModprobeConfiguration &all) {
        std::vector<const char *> folders;
        for (const auto &folder : folders_)
            folders.push_back(folder.c_str());
        folders.push_back(nullptr);
        const Context context(::kmod_new(root_.path().c_str(), folders.data()), ::kmod_unref);
        ASSERT_TRUE(context);
        auto *kmod = context.get();
        ::kmod_set_log_fn(kmod, drop_log, nullptr);
        EXPECT_EQ(ours(all, LineKind::Blacklist), entries(::kmod_config_get_blacklists(kmod)));
        EXPECT_EQ(ours(all, LineKind::Alias), entries(::kmod_config_get_aliases(kmod)));
        EXPECT_EQ(ours(all, LineKind::Options), entries(::kmod_config_get_options(kmod)));
        EXPECT_EQ(ours(all, LineKind::Install), entries(::kmod_config_get_install_commands(kmod)));
        EXPECT_EQ(ours(all, LineKind::Remove), entries(::kmod_config_get_remove_commands(kmod)));
        // what these ask for only libkmod reads
        EXPECT_EQ(keys(ours(all, LineKind::Softdep)),
                  keys(entries(::kmod_config_get_softdeps(kmod))));
        using GetWeakdeps = kmod_config_iter *(*)(const kmod_ctx *);
        if (auto *get =
                reinterpret_cast<GetWeakdeps>(dlsym(RTLD_DEFAULT, "kmod_config_get_weakdeps"))) {
            EXPECT_EQ(keys(ours(all, LineKind::Weakdep)), keys(entries(get(kmod))));
        }
        for (const auto &name : module_names) {
            compare_module(all, kmod, canonical(name));
            compare_guards(all, canonical(name));
        }
    }

    static std::string canonical(std::string name) {
        for (char &c : name)
            c = c == '-' ? '_' : c;
        return name.substr(0, name.find('.'));
    }

    void compare_module(const ModprobeConfiguration &all, kmod_ctx *kmod, const std::string &name) {
        kmod_module *raw = nullptr;
        ASSERT_EQ(::kmod_module_new_from_name(kmod, name.c_str(), &raw), 0);
        const std::unique_ptr<kmod_module, decltype(&::kmod_module_unref)> module(
            raw, ::kmod_module_unref);
        const char *options = ::kmod_module_get_options(raw);
        Lines theirs;
        for (const auto &one : split_assignments(options != nullptr ? options : ""))
            theirs.push_back(to_text(one));
        Lines mine;
        for (const auto &one : all.options(ModuleName(name)))
            mine.push_back(to_text(one));
        EXPECT_EQ(mine, theirs) << name;
        const char *command = ::kmod_module_get_install_commands(raw);
        const auto *line = all.first_matching(LineKind::Install, name);
        EXPECT_EQ(line != nullptr, command != nullptr) << name;
        if (line != nullptr && command != nullptr) {
            EXPECT_EQ(line->rest, trimmed(command)) << name;
        }
    }

    // Everything that there is, for whoever looks into a failure.
    std::string shown() const {
        std::string text;
        for (const auto &folder : folders_)
            if (fs::exists(folder))
                for (const auto &entry : fs::directory_iterator(folder))
                    text += "== " + entry.path().string() + "\n" +
                            read_text(entry.path().string()).value_or("(no file)") + "\n";
        return text + "== cmdline\n" + read_text(command_line_file).value_or("");
    }

    TemporaryFolder root_;
    Lines folders_;
    KmodRules rules_ = KmodRules::current();
};

TEST_F(AsKmod, WhatIsReadIsWhatKmodReads) {
    constexpr unsigned usual = 500;
    const auto rounds = number_of("MODKEEPER_RANDOM_ROUNDS", usual);
    const auto first = number_of("MODKEEPER_RANDOM_SEED", seed_of_the_day());
    std::printf("MODKEEPER_RANDOM_SEED=%u\n", first);
    for (unsigned round = 0; round < rounds && !HasFailure(); ++round) {
        const unsigned seed = first + round;
        Random random(seed);
        clear();
        fill(random);
        const auto all = ModprobeConfiguration::read_from({folders_, command_line_file});
        SCOPED_TRACE("MODKEEPER_RANDOM_ROUNDS=1 MODKEEPER_RANDOM_SEED=" + std::to_string(seed));
        compare(all);
        if (HasFailure())
            std::fprintf(stderr, "%s\n", shown().c_str());
    }
}

// libkmod reads the command line of the kernel that runs, whatever root it is asked about; and it
// gives a module the options of the alias by which it was found too.
TEST_F(AsKmod, OfAnotherRootItsOwnCommandLineCounts) {
    ModuleTree tree;
    tree.add("foo", {"license=GPL"});
    tree.index();
    const auto &root = tree.root();
    root.write("etc/modprobe.d/a.conf", "alias foo-ax foo\nalias pat-* foo\noptions foo own=1\n");
    const ConfigurationPlaces places{root.path(), "6.1.0-test"};
    const auto given = [&](const char *own, const char *machines, const std::string &target) {
        root.write("proc/cmdline", own);
        root_.write("cmdline", machines);
        Planner planner(places.catalog(), places.loaded());
        const auto plan = planner.plan({{target}});
        EXPECT_TRUE(plan && plan.value().steps.size() == 1) << target;
        return plan && !plan.value().steps.empty() ? plan.value().steps[0].parameters.text() : "?";
    };
    for (const char *machines :
         {"", "foo.own=1", "foo_ax.key=theirs foo.n=3 foo-ax. foo. foo.own=1\n",
          "foo.key=\"a b\" foo.n=2 foo_ax.own=1"}) {
        const char *own = "foo_ax.key=\"a b\" foo.n=2 foo. foo.text=c\\d";
        EXPECT_EQ(given(own, machines, "foo-ax"), "own=1 key=\"a b\" n=2 text=c\\d");
        EXPECT_EQ(given(own, machines, "foo"), "own=1 n=2 text=c\\d");
        EXPECT_EQ(given("", machines, "foo"), "own=1");
        EXPECT_EQ(given("", machines, "foo-ax"), "own=1");
        EXPECT_EQ(given("quiet", machines, "pat-3"), "own=1");
    }
}

} // namespace
} // namespace mk::test
