// SPDX-License-Identifier: GPL-2.0-only
#include "cli/fake_manager.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace mk::cli::test {
namespace {

constexpr int look_again_ms = 20;
constexpr const char *job_prefix = "/org/modkeeper1/job";
constexpr const char *unknown_object = "org.freedesktop.DBus.Error.UnknownObject";

int reply_with_names(sd_bus_message *call, const std::vector<std::string> &names) {
    sd_bus_message *reply = nullptr;
    sd_bus_message_new_method_return(call, &reply);
    sd_bus_message_open_container(reply, 'a', "s");
    for (const std::string &name : names)
        sd_bus_message_append(reply, "s", name.c_str());
    sd_bus_message_close_container(reply);
    const int sent = sd_bus_send(nullptr, reply, nullptr);
    sd_bus_message_unref(reply);
    return sent < 0 ? sent : 1;
}

std::vector<std::string> names_in(sd_bus_message *message) {
    std::vector<std::string> names;
    const char *text = nullptr;
    sd_bus_message_enter_container(message, 'a', "s");
    while (sd_bus_message_read(message, "s", &text) > 0)
        names.emplace_back(text);
    sd_bus_message_exit_container(message);
    return names;
}

// Of an option, as "=value"; "" for one that is on.
std::string value_of(sd_bus_message *message) {
    const char *type = nullptr;
    sd_bus_message_peek_type(message, nullptr, &type);
    const std::string kind = type;
    int on = 0;
    std::uint64_t number = 0;
    const char *text = nullptr;
    if (kind == "b" && sd_bus_message_read(message, "v", "b", &on) > 0)
        return on != 0 ? "" : "=false";
    if (kind == "t" && sd_bus_message_read(message, "v", "t", &number) > 0)
        return "=" + std::to_string(number);
    if (kind == "s" && sd_bus_message_read(message, "v", "s", &text) > 0)
        return std::string("=") + text;
    return "=?";
}

int reply_with_properties(sd_bus_message *call, const std::string &driver_state) {
    sd_bus_message *reply = nullptr;
    sd_bus_message_new_method_return(call, &reply);
    sd_bus_message_append(reply, "a{sv}", 5, "Version", "s", "9.9", "Newer", "as", 1, "unknown",
                          "DriverState", "s", driver_state.c_str(), "DriverMessage", "s",
                          "what the daemon says of it", "EventSource", "s", "uevents");
    const int sent = sd_bus_send(nullptr, reply, nullptr);
    sd_bus_message_unref(reply);
    return sent < 0 ? sent : 1;
}

} // namespace

FakeManager::FakeManager() {
    char folder[] = "/tmp/modkeeper-cli-test-XXXXXX";
    folder_ = mkdtemp(folder);
    const std::string path = folder_ + "/bus";
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    if (bind(listener_, reinterpret_cast<sockaddr *>(&address), sizeof(address)) != 0 ||
        listen(listener_, 4) != 0)
        std::abort();
    setenv("DBUS_SYSTEM_BUS_ADDRESS", ("unix:path=" + path).c_str(), 1);
    thread_ = std::thread([this] { serve(); });
}

FakeManager::~FakeManager() {
    ended_ = true;
    thread_.join();
    if (held_ != nullptr)
        sd_bus_message_unref(held_);
    close(listener_);
    unlink((folder_ + "/bus").c_str());
    rmdir(folder_.c_str());
    unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

void FakeManager::serve() {
    while (!ended_) {
        pollfd waiting{listener_, POLLIN, 0};
        if (poll(&waiting, 1, look_again_ms) == 1)
            talk(accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    }
}

void FakeManager::talk(int connection) {
    sd_bus *bus = nullptr;
    sd_id128_t id{};
    sd_id128_randomize(&id);
    sd_bus_new(&bus);
    sd_bus_set_fd(bus, connection, connection);
    sd_bus_set_server(bus, 1, id);
    sd_bus_set_anonymous(bus, 1);
    sd_bus_set_trusted(bus, 1);
    sd_bus_add_filter(bus, nullptr, filter, this);
    int r = sd_bus_start(bus);
    while (r >= 0 && !ended_) {
        while ((r = sd_bus_process(bus, nullptr)) > 0) {
        }
        if (r >= 0)
            r = sd_bus_wait(bus, look_again_ms * 1000);
    }
    sd_bus_flush_close_unref(bus);
}

int FakeManager::filter(sd_bus_message *message, void *self, sd_bus_error *) {
    return static_cast<FakeManager *>(self)->answer(message);
}

int FakeManager::answer(sd_bus_message *message) {
    if (sd_bus_message_is_method_call(message, "org.freedesktop.DBus", "Hello"))
        return sd_bus_reply_method_return(message, "s", ":1.1");
    if (sd_bus_message_get_destination(message) == nullptr ||
        std::strcmp(sd_bus_message_get_destination(message), "org.modkeeper1") != 0)
        return 0;
    const char *interface = sd_bus_message_get_interface(message);
    if (interface != nullptr && std::strcmp(interface, "org.modkeeper1.Configuration") == 0)
        return answer_configuration(message);
    if (sd_bus_message_is_method_call(message, "org.modkeeper1.Recorder", "QueryEvents"))
        return answer_query(message);
    if (std::string_view(sd_bus_message_get_path(message)).starts_with(job_prefix))
        return answer_jobs(message);
    return answer_manager(message);
}

int FakeManager::answer_query(sd_bus_message *message) {
    interactive = sd_bus_message_get_allow_interactive_authorization(message) > 0;
    if (!error_name.empty())
        return sd_bus_reply_method_errorf(message, error_name.c_str(), "%s", error_message.c_str());
    std::uint64_t after = 0;
    sd_bus_message_read(message, "t", &after);
    sd_bus_message *reply = nullptr;
    sd_bus_message_new_method_return(message, &reply);
    sd_bus_message_open_container(reply, 'a', "a{sv}");
    for (const std::uint64_t sequence : events)
        if (sequence > after)
            sd_bus_message_append(reply, "a{sv}", 2, "kind", "s", "unload", "sequence", "t",
                                  sequence);
    sd_bus_message_close_container(reply);
    const int sent = sd_bus_send(nullptr, reply, nullptr);
    sd_bus_message_unref(reply);
    return sent < 0 ? sent : 1;
}

int FakeManager::answer_jobs(sd_bus_message *message) {
    const std::string path = sd_bus_message_get_path(message);
    if (sd_bus_message_is_method_call(message, "org.freedesktop.DBus.Introspectable", nullptr)) {
        std::string xml = "<node>\n";
        for (const std::uint32_t job : jobs)
            xml += " <node name=\"" + std::to_string(job) + "\"/>\n";
        return jobs.empty() ? sd_bus_reply_method_errorf(message, unknown_object, "no jobs")
                            : sd_bus_reply_method_return(message, "s", (xml + "</node>").c_str());
    }
    const auto is_there = [&](std::uint32_t job) {
        return path == std::string(job_prefix) + "/" + std::to_string(job);
    };
    if (std::none_of(jobs.begin(), jobs.end(), is_there))
        return sd_bus_reply_method_errorf(message, unknown_object, "no such job");
    if (sd_bus_message_is_method_call(message, "org.modkeeper1.Job", "Cancel")) {
        canceled = path;
        return sd_bus_reply_method_return(message, "");
    }
    return sd_bus_reply_method_return(message, "a{sv}", 6, "Verb", "s", "load", "Targets", "as", 2,
                                      "nbd", "loop", "State", "s", "running", "Planned", "u", 3,
                                      "Newer", "s", "unknown", "Ended", "u", 1);
}

// The answer to what was interrupted before comes first.
int FakeManager::interrupt(sd_bus_message *message) {
    if (held_ != nullptr) {
        sd_bus_reply_method_errorf(held_, "org.modkeeper1.Error.NotAuthorized", "too late");
        sd_bus_message_unref(held_);
    }
    held_ = sd_bus_message_ref(message);
    pthread_kill(maker_, SIGINT);
    return 1;
}

// Whatever its arguments are: texts, lists of texts, and options that are on.
int FakeManager::answer_configuration(sd_bus_message *message) {
    interactive = sd_bus_message_get_allow_interactive_authorization(message) > 0;
    std::string said = sd_bus_message_get_member(message);
    const char *text = nullptr;
    int on = 0;
    while (sd_bus_message_read(message, "s", &text) > 0)
        said.append(" ").append(text);
    if (sd_bus_message_enter_container(message, 'a', "s") > 0) {
        while (sd_bus_message_read(message, "s", &text) > 0)
            said.append(" ").append(text);
        sd_bus_message_exit_container(message);
    }
    if (sd_bus_message_enter_container(message, 'a', "{sv}") > 0)
        while (sd_bus_message_read(message, "{sv}", &text, "b", &on) > 0)
            said.append(on != 0 ? std::string(" ") + text : "");
    configured.push_back(said);
    if (!error_name.empty())
        return sd_bus_reply_method_errorf(message, error_name.c_str(), "%s", error_message.c_str());
    return sd_bus_reply_method_return(message, "aa{sv}", 1, 4, "action", "s", change[0].c_str(),
                                      "new", "b", 1, "file", "s", change[1].c_str(),
                                      change[0] == "kept"   ? "where"
                                      : change[0] == "note" ? "message"
                                                            : "text",
                                      "s", change[2].c_str());
}

int FakeManager::answer_manager(sd_bus_message *message) {
    method = sd_bus_message_get_member(message);
    interactive = sd_bus_message_get_allow_interactive_authorization(message) > 0;
    if (method == "Load" || method == "Reload" || method == "LoadAll" || method == "UnloadAll")
        take_job(message);
    ++calls;
    if (method == "StartJob") {
        take_started(message);
        return sd_bus_reply_method_return(message, "o", (std::string(job_prefix) + "/7").c_str());
    }
    if (interrupts)
        return interrupt(message);
    if (silent)
        return 1;
    const std::string &error = job_error.empty() ? error_name : job_error;
    if (!error.empty())
        return reply_with_facts(message, error);
    if (method == "Load" || method == "Reload")
        return sd_bus_reply_method_return(message, "o", module_path.c_str());
    if (method == "LoadAll" || method == "UnloadAll")
        return reply_with_names(message, loads_nothing ? std::vector<std::string>() : parameters);
    return reply_with_properties(message, driver_state);
}

// As the daemon does: a sentence, and what it says.
int FakeManager::reply_with_facts(sd_bus_message *message, const std::string &error) const {
    sd_bus_message *reply = nullptr;
    const sd_bus_error made = SD_BUS_ERROR_MAKE_CONST(error.c_str(), error_message.c_str());
    sd_bus_message_new_method_error(message, &reply, &made);
    if (!holder.empty())
        sd_bus_message_append(reply, "a{sv}", 4, "colour", "s", "red", "module", "s", "dummy",
                              "errno", "u", 11U, "holders", "as", 1, holder.c_str());
    const int sent = sd_bus_send(nullptr, reply, nullptr);
    sd_bus_message_unref(reply);
    return sent;
}

void FakeManager::take_started(sd_bus_message *message) {
    const char *text = nullptr;
    sd_bus_message_read(message, "s", &text);
    verb = text;
    targets = names_in(message);
    parameters = names_in(message);
    take_options(message);
}

void FakeManager::take_job(sd_bus_message *message) {
    const char *text = nullptr;
    if (sd_bus_message_has_signature(message, "sasa{sv}") > 0) {
        sd_bus_message_read(message, "s", &text);
        name = text;
    }
    parameters = names_in(message);
    take_options(message);
}

void FakeManager::take_options(sd_bus_message *message) {
    const char *text = nullptr;
    options.clear();
    sd_bus_message_enter_container(message, 'a', "{sv}");
    while (sd_bus_message_enter_container(message, 'e', "sv") > 0) {
        sd_bus_message_read(message, "s", &text);
        options.push_back(text + value_of(message));
        sd_bus_message_exit_container(message);
    }
    sd_bus_message_exit_container(message);
}

} // namespace mk::cli::test
