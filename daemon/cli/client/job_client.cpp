// SPDX-License-Identifier: GPL-2.0-only
#include "cli/client/job_client.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <fmt/format.h>
#include <iterator>
#include <poll.h>
#include <string_view>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/client/bus_error.hpp"
#include "cli/client/job_progress.hpp"

namespace mk::cli {
namespace {

constexpr const char *service = "org.modkeeper1";
constexpr const char *object = "/org/modkeeper1";
constexpr const char *manager = "org.modkeeper1.Manager";
constexpr const char *job_interface = "org.modkeeper1.Job";
constexpr const char *job_prefix = "/org/modkeeper1/job/";

// A person may have to type a password.
constexpr std::uint64_t question_us = 300'000'000;

Error bad_text() {
    return {ErrorCode::InvalidArgument, "a name or a parameter is not valid UTF-8"};
}

// While a job runs, the first interrupt cancels it; the second one ends the command. They wait in a
// descriptor, so that none is lost between a check and sleeping.
class Interrupts {
  public:
    Interrupts() {
        sigset_t interrupt;
        sigemptyset(&interrupt);
        sigaddset(&interrupt, SIGINT);
        sigprocmask(SIG_BLOCK, &interrupt, &before_);
        fd_ = signalfd(-1, &interrupt, SFD_CLOEXEC | SFD_NONBLOCK);
    }
    Interrupts(const Interrupts &) = delete;
    Interrupts &operator=(const Interrupts &) = delete;
    ~Interrupts() {
        // earlier interrupts have been handled
        count();
        close(fd_);
        sigprocmask(SIG_SETMASK, &before_, nullptr);
    }

    int fd() const { return fd_; }
    // So far.
    unsigned count() {
        signalfd_siginfo taken{};
        while (read(fd_, &taken, sizeof(taken)) > 0)
            ++count_;
        return count_;
    }

  private:
    sigset_t before_{};
    int fd_ = -1;
    unsigned count_ = 0;
};

// Until the bus or an interrupt has something. 0 or -errno.
int wait_for(sd_bus *bus, const Interrupts &interrupts) {
    const int events = sd_bus_get_events(bus);
    std::uint64_t until = UINT64_MAX;
    if (events < 0)
        return events;
    if (const int r = sd_bus_get_timeout(bus, &until); r < 0)
        return r;
    pollfd waits[] = {{sd_bus_get_fd(bus), static_cast<short>(events), 0},
                      {interrupts.fd(), POLLIN, 0}};
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    constexpr std::uint64_t microseconds = 1'000'000;
    const auto at = static_cast<std::uint64_t>(now.tv_sec) * microseconds +
                    static_cast<std::uint64_t>(now.tv_nsec) / 1000;
    const std::uint64_t left = until - std::min(until, at);
    const timespec wait = {static_cast<time_t>(left / microseconds),
                           static_cast<long>(left % microseconds * 1000)};
    return ppoll(waits, std::size(waits), until == UINT64_MAX ? nullptr : &wait, nullptr) < 0 &&
                   errno != EINTR
               ? -errno
               : 0;
}

int append_names(sd_bus_message *message, const std::vector<std::string> &names) {
    int r = sd_bus_message_open_container(message, 'a', "s");
    for (const std::string &name : names)
        if (r >= 0)
            r = sd_bus_message_append(message, "s", name.c_str());
    return r < 0 ? r : sd_bus_message_close_container(message);
}

int append_options(sd_bus_message *message, const JobOptions &options) {
    int r = sd_bus_message_open_container(message, 'a', "{sv}");
    for (const char *flag : options.flags)
        if (r >= 0)
            r = sd_bus_message_append(message, "{sv}", flag, "b", 1);
    const auto append_time = [&](const char *name, std::optional<std::chrono::seconds> time) {
        if (r < 0 || !time)
            return;
        const auto limit = std::chrono::duration_cast<std::chrono::nanoseconds>(*time);
        r = sd_bus_message_append(message, "{sv}", name, "t",
                                  static_cast<std::uint64_t>(limit.count()));
    };
    append_time("wait-ns", options.wait);
    append_time("timeout-ns", options.timeout);
    if (r >= 0 && !options.file.empty())
        r = sd_bus_message_append(message, "{sv}", "file", "s", options.file.c_str());
    return r < 0 ? r : sd_bus_message_close_container(message);
}

// One call that is waited for. When this object is destroyed, a later answer is dropped.
class PendingCall {
  public:
    // 0 or -errno. The daemon ends every job in time, but people may take any time for polkit's
    // question.
    int send(sd_bus *bus, sd_bus_message *call) {
        sd_bus_slot *slot = nullptr;
        const int r = sd_bus_call_async(bus, &slot, call, take, this, UINT64_MAX);
        slot_.reset(slot);
        return r;
    }
    bool answered() const { return reply_ != nullptr; }
    Message &reply() { return reply_; }

    PendingCall() = default;
    PendingCall(const PendingCall &) = delete;
    PendingCall &operator=(const PendingCall &) = delete;

  private:
    static int take(sd_bus_message *reply, void *self, sd_bus_error *) {
        static_cast<PendingCall *>(self)->reply_.reset(sd_bus_message_ref(reply));
        return 1;
    }

    Message reply_;
    Slot slot_;
};

Error interrupted() {
    return {ErrorCode::Canceled, "interrupted; the job may still be running"};
}

// A worker finishes its job, whatever happens to the daemon.
Error of_job(Error error) {
    if (error.code == ErrorCode::DaemonUnavailable && error.message == daemon_went().message)
        error.message += "; the work that it had begun continues without it";
    return error;
}

std::string module_name_of(const char *path) {
    char *name = nullptr;
    if (sd_bus_path_decode(path, "/org/modkeeper1/module", &name) <= 0)
        return "";
    std::string result(name);
    free(name);
    return result;
}

Result<std::string> read_object(sd_bus_message *reply) {
    const char *path = nullptr;
    if (const int r = sd_bus_message_read(reply, "o", &path); r < 0)
        return bus_failure(r);
    return module_name_of(path);
}

Result<std::uint32_t> read_job(sd_bus_message *reply) {
    const char *path = nullptr;
    if (const int r = sd_bus_message_read(reply, "o", &path); r < 0)
        return bus_failure(r);
    std::string_view text = path;
    text.remove_prefix(std::min(text.size(), std::string_view(job_prefix).size()));
    std::uint32_t id = 0;
    std::from_chars(text.data(), text.data() + text.size(), id);
    return id;
}

Result<std::vector<std::string>> read_names(sd_bus_message *reply) {
    std::vector<std::string> names;
    const char *name = nullptr;
    int r = sd_bus_message_enter_container(reply, 'a', "s");
    while (r >= 0 && (r = sd_bus_message_read(reply, "s", &name)) > 0)
        names.emplace_back(name);
    if (r < 0)
        return bus_failure(r);
    return names;
}

} // namespace

Result<JobClient> JobClient::connect(bool may_ask) {
    auto bus = TRY(open_system_bus());
    return JobClient(std::move(bus), may_ask);
}

Result<Message> JobClient::new_call(const char *method) const {
    sd_bus_message *message = nullptr;
    if (const int r =
            sd_bus_message_new_method_call(bus_.get(), &message, service, object, manager, method);
        r < 0)
        return bus_failure(r);
    sd_bus_message_set_allow_interactive_authorization(message, may_ask_ ? 1 : 0);
    return Message(message);
}

Result<Message> JobClient::run(Message call, const JobOptions &options) {
    if (append_options(call.get(), options) < 0)
        return bad_text();
    const JobProgress progress(bus_.get());
    Interrupts interrupts;
    PendingCall pending;
    if (const int r = pending.send(bus_.get(), call.get()); r < 0)
        return bus_failure(r);
    bool canceled = false;
    while (!pending.answered()) {
        int r = sd_bus_process(bus_.get(), nullptr);
        if (r == 0)
            r = wait_for(bus_.get(), interrupts);
        if (r < 0)
            return bus_failure(r);
        const unsigned count = interrupts.count();
        if (count > 1 || (count == 1 && progress.job().empty()))
            return interrupted();
        if (count == 1 && !canceled) {
            canceled = true;
            sd_bus_call_method_async(bus_.get(), nullptr, service, progress.job().c_str(),
                                     job_interface, "Cancel", nullptr, nullptr, "a{sv}", 0);
        }
    }
    if (sd_bus_message_get_error(pending.reply().get()) != nullptr)
        return of_job(error_of_reply(pending.reply().get()));
    return std::move(pending.reply());
}

Result<std::string> JobClient::load(const std::string &target, const Names &parameters,
                                    const JobOptions &options) {
    auto call = TRY(new_call("Load"));
    sd_bus_message *message = call.get();
    if (sd_bus_message_append(message, "s", target.c_str()) < 0 ||
        append_names(message, parameters) < 0)
        return bad_text();
    auto reply = TRY(run(std::move(call), options));
    return read_object(reply.get());
}

Result<std::string> JobClient::reload(const std::string &name, const Names &parameters,
                                      const JobOptions &options) {
    auto call = TRY(new_call("Reload"));
    sd_bus_message *message = call.get();
    if (sd_bus_message_append(message, "s", name.c_str()) < 0 ||
        append_names(message, parameters) < 0)
        return bad_text();
    auto reply = TRY(run(std::move(call), options));
    return read_object(reply.get());
}

Result<JobClient::Names> JobClient::load_all(const Names &targets, const JobOptions &options) {
    auto call = TRY(new_call("LoadAll"));
    if (append_names(call.get(), targets) < 0)
        return bad_text();
    auto reply = TRY(run(std::move(call), options));
    return read_names(reply.get());
}

Result<JobClient::Names> JobClient::unload(const Names &names, const JobOptions &options) {
    auto call = TRY(new_call("UnloadAll"));
    if (append_names(call.get(), names) < 0)
        return bad_text();
    auto reply = TRY(run(std::move(call), options));
    return read_names(reply.get());
}

Result<std::uint32_t> JobClient::start(const char *verb, const Names &targets,
                                       const Names &parameters, const JobOptions &options) {
    auto call = TRY(new_call("StartJob"));
    sd_bus_message *message = call.get();
    if (sd_bus_message_append(message, "s", verb) < 0 || append_names(message, targets) < 0 ||
        append_names(message, parameters) < 0 || append_options(message, options) < 0)
        return bad_text();
    const auto reply = TRY(call_bus(bus_.get(), call, question_us));
    return read_job(reply.get());
}

Result<void> JobClient::cancel(std::uint32_t job) {
    sd_bus_message *message = nullptr;
    const std::string path = job_prefix + std::to_string(job);
    if (const int r = sd_bus_message_new_method_call(bus_.get(), &message, service, path.c_str(),
                                                     job_interface, "Cancel");
        r < 0)
        return bus_failure(r);
    const Message call(message);
    sd_bus_message_set_allow_interactive_authorization(message, may_ask_ ? 1 : 0);
    // without the daemon there is no job
    sd_bus_message_set_auto_start(message, 0);
    sd_bus_message_append(message, "a{sv}", 0);
    const auto reply = call_bus(bus_.get(), call, question_us);
    if (reply)
        return {};
    return reply.error().code == ErrorCode::NotFound
               ? Error{ErrorCode::NotFound, fmt::format("there is no job {}, or it has ended", job)}
               : reply.error();
}

} // namespace mk::cli
