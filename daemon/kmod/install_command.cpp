// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/install_command.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <thread>
#include <vector>

#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "kmod/command_circle.hpp"

namespace mk {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int no_shell = 127;
constexpr int signal_base = 128;
// Time from SIGTERM to SIGKILL, and time to wait for a killed process.
constexpr milliseconds grace{2000};
constexpr milliseconds pause{100};

// The caller's environment, and modprobe's variables about the module. Nothing from a request
// becomes text that the shell parses: it expands the variable into words.
std::vector<std::string> environment_for(const ModuleCommand &command) {
    constexpr std::string_view module = "MODPROBE_MODULE=";
    constexpr std::string_view options = "CMDLINE_OPTS=";
    std::vector<std::string> result;
    for (char **entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        if (!text.starts_with(module) && !text.starts_with(options))
            result.emplace_back(text);
    }
    result.push_back(std::string(module) + command.module);
    result.push_back(std::string(options) + command.options);
    return result;
}

// 0 if there is no shell.
pid_t spawn_shell(const ModuleCommand &command) {
    // posix_spawn wants writable strings and does not write to them.
    std::string shell = "/bin/sh";
    std::string flag = "-c";
    std::string text = command.text.text();
    char *arguments[] = {shell.data(), flag.data(), text.data(), nullptr};
    auto variables = environment_for(command);
    std::vector<char *> environment;
    environment.reserve(variables.size() + 1);
    for (auto &variable : variables)
        environment.push_back(variable.data());
    environment.push_back(nullptr);
    posix_spawnattr_t how;
    posix_spawnattr_init(&how);
    sigset_t signals;
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&how, &signals);
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&how, &signals);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK |
                                       POSIX_SPAWN_SETPGROUP);
    pid_t child = 0;
    const int error =
        posix_spawn(&child, shell.c_str(), nullptr, &how, arguments, environment.data());
    posix_spawnattr_destroy(&how);
    return error == 0 ? child : 0;
}

// The leader of a process group. It is not reaped before its whole group has been signaled.
class Child {
  public:
    // <sys/pidfd.h> of Debian 12 is for C only.
    explicit Child(pid_t process)
        : process_(process), fd_(static_cast<int>(syscall(SYS_pidfd_open, process, 0))) {}
    Child(const Child &) = delete;
    Child &operator=(const Child &) = delete;
    ~Child() {
        if (fd_ >= 0)
            close(fd_);
    }

    bool ends_within(milliseconds time) const {
        pollfd wait{fd_, POLLIN, 0};
        if (fd_ >= 0 && poll(&wait, 1, static_cast<int>(time.count())) >= 0)
            return wait.revents != 0;
        std::this_thread::sleep_for(std::min(time, milliseconds(10)));
        siginfo_t info{};
        return waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOHANG | WNOWAIT) !=
                   0 ||
               info.si_pid != 0;
    }
    // False: it is stuck in the kernel.
    bool end_group() const {
        kill(-process_, SIGTERM);
        wait_for(grace);
        // those that have not received the first signal, although the leader may have
        kill(-process_, SIGKILL);
        return wait_for(grace);
    }
    int reap() const {
        int status = 0;
        while (waitpid(process_, &status, 0) < 0)
            if (errno != EINTR)
                return no_shell;
        return WIFEXITED(status) ? WEXITSTATUS(status) : signal_base + WTERMSIG(status);
    }

  private:
    bool wait_for(milliseconds time) const {
        for (const auto deadline = Clock::now() + time; Clock::now() < deadline;)
            if (ends_within(pause))
                return true;
        return false;
    }

    pid_t process_;
    int fd_;
};

const char *name_of(ModuleCommand::Kind kind) {
    return kind == ModuleCommand::Kind::Install ? "install" : "remove";
}

// nullptr: the parameter remains a single word.
const char *wrong_for_the_shell(std::string_view parameter) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; };
    if (std::any_of(parameter.begin(), parameter.end(), is_control))
        return "it has a control character";
    if (parameter.find(' ') != std::string_view::npos)
        return "it has a blank, where the shell would split it";
    if (parameter.find_first_of("\"'") != std::string_view::npos)
        return "it has a quote, which the command may remove";
    if (parameter.find_first_of("*?[\\") != std::string_view::npos)
        return "it has one of *?[\\, which are special to the shell";
    if (parameter.starts_with('-'))
        return "it begins with -, like an option of a program";
    return nullptr;
}

std::string program_of(std::string_view command) {
    constexpr std::string_view of_the_shell = ";&|`$()<>\"'\\\n";
    const auto words = split(command, " \t");
    if (words.empty() || command.find_first_of(of_the_shell) != std::string_view::npos)
        return {};
    return std::string(words[0].substr(words[0].rfind('/') + 1));
}

} // namespace

CommandEnd run_command(const ModuleCommand &command, const CommandLimits &limits) {
    const pid_t process = spawn_shell(command);
    if (process == 0)
        return {CommandEnd::How::Exited, no_shell, false};
    const Child child(process);
    const auto began = Clock::now();
    const auto deadline = began + limits.timeout;
    CircleWatch circle([process, module = command.module] { return calls_itself(process, module); },
                       began);
    CommandEnd end;
    while (!child.ends_within(pause)) {
        if (limits.canceled && limits.canceled())
            end.how = CommandEnd::How::Canceled;
        else if (limits.timeout.count() > 0 && Clock::now() >= deadline)
            end.how = CommandEnd::How::TimedOut;
        else if (circle.found(Clock::now()))
            end.how = CommandEnd::How::CallsItself;
        else
            continue;
        end.is_stuck = !child.end_group();
        break;
    }
    if (!end.is_stuck)
        end.status = child.reap();
    return end;
}

Error command_failure(const ModuleCommand &command, const CommandLimits &limits,
                      const CommandEnd &end) {
    const bool installs = command.kind == ModuleCommand::Kind::Install;
    // Failures are reported to more people than may read every file.
    const auto text = command.text.is_public() ? " " + quote(command.text.text()) : "";
    const auto head = fmt::format("module {} was not {}: its {} command{} in {} ", command.module,
                                  installs ? "loaded" : "unloaded", name_of(command.kind), text,
                                  command.place.empty() ? "modprobe.d" : command.place);
    const char *tail = end.is_stuck ? "; it was killed, but hangs in the kernel" : " and was ended";
    switch (end.how) {
    case CommandEnd::How::TimedOut:
        return {ErrorCode::Timeout,
                head + fmt::format("did not end within {:g} s{}",
                                   std::chrono::duration<double>(limits.timeout).count(), tail)};
    case CommandEnd::How::Canceled:
        return {ErrorCode::Canceled, head + "was still running when the job was canceled" + tail};
    case CommandEnd::How::CallsItself:
        return {ErrorCode::ReplacedByCommand,
                head + fmt::format("requests {} itself, which runs the command again{}; use "
                                   "modprobe --ignore-install {} in it",
                                   command.module, tail, command.module),
                {.module = command.module, .cause = Cause::CommandFailed}};
    case CommandEnd::How::Exited:
        break;
    }
    const auto status = fmt::format("exited with status {}", end.status);
    if (installs && does_nothing(command.text.text()))
        return {ErrorCode::ReplacedByCommand,
                head + "loads nothing: it " + status +
                    "; remove that line, or load it with the option ignore-install",
                {.module = command.module, .cause = Cause::ReplacedByCommand}};
    return {ErrorCode::ReplacedByCommand,
            head + status + "; run it by hand and read what it prints",
            {.module = command.module, .cause = Cause::CommandFailed}};
}

Result<void> check_command_parameters(const std::string &module,
                                      const std::vector<std::string> &parameters) {
    for (const auto &parameter : parameters)
        if (const auto *wrong = wrong_for_the_shell(parameter))
            return Error{
                ErrorCode::BadParameter,
                fmt::format("the parameter {} cannot be passed to the install command of module {} "
                            "in modprobe.d: {}; put it in an options line of modprobe.d, or use "
                            "the option ignore-install to load the module itself",
                            quote(parameter), module, wrong)};
    return {};
}

bool does_nothing(std::string_view command) {
    const auto program = program_of(command);
    return program == "false" || program == "true" || program == ":" || program == "exit";
}

bool only_fails(std::string_view command) {
    const auto words = split(command, " \t");
    const auto program = program_of(command);
    return program == "false" || (program == "exit" && words.size() > 1 && words[1] != "0");
}

} // namespace mk
