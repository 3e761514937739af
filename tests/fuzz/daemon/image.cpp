// SPDX-License-Identifier: GPL-2.0-only
// Another root: its links, which lead where the kernel has them lead for who has it as "/", and the
// text of its modprobe.d that libkmod is given. Words up to an empty line are links and a path, the
// rest is that text.
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "input.hpp"
#include "kmod/kmod_rules.hpp"
#include "kmod/modprobe_lines.hpp"
#include "kmod/root_configuration.hpp"

namespace {

namespace fs = std::filesystem;
using namespace mk;

class Image {
  public:
    Image() {
        char name[] = "/dev/shm/modkeeper-fuzz-XXXXXX";
        const char *made = mkdtemp(name);
        MUST(made);
        outside_ = made;
        root_ = outside_ + "/root";
    }
    ~Image() { fs::remove_all(outside_); }
    Image(const Image &) = delete;
    Image &operator=(const Image &) = delete;

    const std::string &root() const { return root_; }
    // Folders and files inside of it and beside it.
    void make_anew() const {
        fs::remove_all(outside_);
        for (const char *folder : {"/root/a/b", "/root/d", "/a/b", "/d"})
            fs::create_directories(outside_ + folder);
        for (const char *file : {"/root/a/f", "/root/f", "/a/f", "/f"})
            write(outside_ + file, "");
    }
    static void write(const std::string &file, std::string_view text) {
        const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        MUST(fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
        close(fd);
    }

  private:
    std::string outside_, root_;
};

const Image &image() {
    static const Image one;
    return one;
}

bool is_same(const struct stat &one, const struct stat &other) {
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

// What the kernel finds with the root as "/".
bool kernel_finds(const std::string &path, struct stat &found) {
    const int root = open(image().root().c_str(), O_PATH | O_CLOEXEC);
    open_how how{};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_IN_ROOT;
    const auto fd = static_cast<int>(syscall(SYS_openat2, root, path.c_str(), &how, sizeof how));
    close(root);
    const bool is_there = fd >= 0 && fstat(fd, &found) == 0;
    if (fd >= 0)
        close(fd);
    return is_there;
}

void must_stay_inside(const std::string &path) {
    const auto answer = within_root(image().root(), image().root() + path);
    struct stat expected {
    }, found{};
    const bool is_there = kernel_finds(path, expected);
    const bool is_found = stat(answer.c_str(), &found) == 0;
    if (is_there)
        MUST(is_found && is_same(expected, found));
    else if (is_found)
        MUST(fs::canonical(answer).native().starts_with(image().root()));
    MUST(within_root(image().root(), answer) == answer || !is_found);
}

bool is_for_libkmod(const ModprobeLine &line, const KmodRules &rules) {
    return line.kind != LineKind::Unknown && !(line.kind == LineKind::Weakdep && rules.alias_files);
}

void must_be_understood(std::string_view text) {
    const auto rules = KmodRules::current();
    const auto folder = image().root() + "/modprobe.d";
    fs::create_directory(folder);
    Image::write(folder + "/a.conf", text);
    const auto given = text_for_libkmod({{folder}, "", ""});
    MUST(given);
    const auto left = read_text("/proc/self/fd/" + std::to_string(given.value().get()));
    MUST(left);
    std::vector<ModprobeLine> wanted;
    for (auto &line : parse_modprobe_lines(text, {}, rules))
        if (is_for_libkmod(line, rules))
            wanted.push_back(std::move(line));
    const auto lines = parse_modprobe_lines(*left, {}, rules);
    // behind them marks, where options of this machine's command line would be
    MUST(lines.size() >= wanted.size());
    for (std::size_t i = wanted.size(); i < lines.size(); ++i)
        MUST(lines[i].kind == LineKind::Options);
    for (std::size_t i = 0; i < wanted.size(); ++i)
        MUST(lines[i].kind == wanted[i].kind && lines[i].name == wanted[i].name &&
             lines[i].rest == wanted[i].rest);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    auto text = text_of_input(data, size);
    const auto links = text.substr(0, text.find("\n\n"));
    text.remove_prefix(std::min(text.size(), links.size() + 2));
    image().make_anew();
    std::string path = "/";
    for (const auto line : split(links, "\n")) {
        const auto words = split(line, " ");
        std::error_code failed;
        if (words.size() == 2 && words[0].find('\0') == words[0].npos)
            fs::create_symlink(fs::path(words[1]), image().root() + "/" + std::string(words[0]),
                               failed);
        else if (words.size() == 1)
            path = "/" + std::string(words[0].substr(0, words[0].find('\0')));
    }
    must_stay_inside(path);
    must_be_understood(text);
    return 0;
}
