// SPDX-License-Identifier: GPL-2.0-only
#include "cli/job_client.hpp"

#include <cerrno>
#include <csignal>
#include <cstdint>

#include "cli/diagnostics.hpp"
#include "cli/job_progress.hpp"

namespace mk::cli {
namespace {

constexpr const char *service = "org.modkeeper1";
constexpr const char *object = "/org/modkeeper1";
constexpr const char *manager = "org.modkeeper1.Manager";

Error bad_text() {
    return {ErrorCode::InvalidArgument, "a name or a parameter is not valid UTF-8"};
}

volatile std::sig_atomic_t interrupts = 0;

// While a job runs the first interrupt cancels it; the second one ends the command.
class CatchesInterrupt {
  public:
    CatchesInterrupt() {
        interrupts = 0;
        struct sigaction action {};
        action.sa_handler = [](int) { interrupts = interrupts + 1; };
        sigaction(SIGINT, &action, &before_);
    }
    CatchesInterrupt(const CatchesInterrupt &) = delete;
    CatchesInterrupt &operator=(const CatchesInterrupt &) = delete;
    ~CatchesInterrupt() { sigaction(SIGINT, &before_, nullptr); }

  private:
    struct sigaction before_ {};
};

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
        const auto limit = std::chrono::duration_cast<std::chrono::microseconds>(*time);
        r = sd_bus_message_append(message, "{sv}", name, "t",
                                  static_cast<std::uint64_t>(limit.count()));
    };
    append_time("wait", options.wait);
    append_time("timeout", options.timeout);
    if (r >= 0 && !options.file.empty())
        r = sd_bus_message_append(message, "{sv}", "file", "s", options.file.c_str());
    return r < 0 ? r : sd_bus_message_close_container(message);
}

int keep_reply(sd_bus_message *reply, void *userdata, sd_bus_error *) {
    *static_cast<sd_bus_message **>(userdata) = sd_bus_message_ref(reply);
    return 1;
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

Result<JobClient> JobClient::connect() {
    auto bus = open_system_bus();
    return bus ? Result<JobClient>(JobClient(std::move(bus.value()))) : bus.error();
}

Result<Message> JobClient::new_call(const char *method) const {
    sd_bus_message *message = nullptr;
    if (const int r =
            sd_bus_message_new_method_call(bus_.get(), &message, service, object, manager, method);
        r < 0)
        return bus_failure(r);
    // Lets polkit ask the person.
    sd_bus_message_set_allow_interactive_authorization(message, 1);
    return Message(message);
}

Result<Message> JobClient::run(Message call, const JobOptions &options) {
    if (append_options(call.get(), options) < 0)
        return bad_text();
    const JobProgress progress(bus_.get());
    const CatchesInterrupt catching;
    sd_bus_message *raw = nullptr;
    // The daemon ends every job in time, and people at polkit's question take as long as they take.
    if (const int r =
            sd_bus_call_async(bus_.get(), nullptr, call.get(), keep_reply, &raw, UINT64_MAX);
        r < 0)
        return bus_failure(r);
    bool canceled = false;
    while (raw == nullptr) {
        int r = sd_bus_process(bus_.get(), nullptr);
        if (r == 0)
            r = sd_bus_wait(bus_.get(), UINT64_MAX);
        if (r < 0 && r != -EINTR)
            return bus_failure(r);
        if (interrupts > 1 || (interrupts == 1 && progress.job().empty()))
            return Error{ErrorCode::Canceled, "interrupted; what was begun may still go on"};
        if (interrupts == 1 && !canceled) {
            canceled = true;
            sd_bus_call_method_async(bus_.get(), nullptr, service, progress.job().c_str(),
                                     "org.modkeeper1.Job", "Cancel", nullptr, nullptr, "a{sv}", 0);
        }
    }
    Message reply(raw);
    if (const sd_bus_error *error = sd_bus_message_get_error(raw))
        return error_of_reply(*error, sd_bus_error_get_errno(error));
    return reply;
}

Result<std::string> JobClient::load(const std::string &target, const Names &parameters,
                                    const JobOptions &options) {
    auto call = new_call("Load");
    if (!call)
        return call.error();
    sd_bus_message *message = call.value().get();
    if (sd_bus_message_append(message, "s", target.c_str()) < 0 ||
        append_names(message, parameters) < 0)
        return bad_text();
    auto reply = run(std::move(call.value()), options);
    return reply ? read_object(reply.value().get()) : reply.error();
}

Result<std::string> JobClient::reload(const std::string &name, const Names &parameters,
                                      const JobOptions &options) {
    auto call = new_call("Reload");
    if (!call)
        return call.error();
    sd_bus_message *message = call.value().get();
    if (sd_bus_message_append(message, "s", name.c_str()) < 0 ||
        append_names(message, parameters) < 0)
        return bad_text();
    auto reply = run(std::move(call.value()), options);
    return reply ? read_object(reply.value().get()) : reply.error();
}

Result<JobClient::Names> JobClient::load_all(const Names &targets, const JobOptions &options) {
    auto call = new_call("LoadAll");
    if (!call)
        return call.error();
    if (append_names(call.value().get(), targets) < 0)
        return bad_text();
    auto reply = run(std::move(call.value()), options);
    return reply ? read_names(reply.value().get()) : reply.error();
}

Result<JobClient::Names> JobClient::unload(const Names &names, const JobOptions &options) {
    auto call = new_call("UnloadAll");
    if (!call)
        return call.error();
    if (append_names(call.value().get(), names) < 0)
        return bad_text();
    auto reply = run(std::move(call.value()), options);
    return reply ? read_names(reply.value().get()) : reply.error();
}

} // namespace mk::cli
