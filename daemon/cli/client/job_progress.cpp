// SPDX-License-Identifier: GPL-2.0-only
#include "cli/client/job_progress.hpp"

#include <cstdio>
#include <cstring>
#include <string_view>

#include "base/columns.hpp"
#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "base/text_file.hpp"

namespace mk::cli {
namespace {

constexpr const char *service = "org.modkeeper1";

// If the match cannot be added, there is no progress line, and nothing else is lost.
int ignore(sd_bus_message *, void *, sd_bus_error *) {
    return 0;
}

std::vector<std::string> read_strings(sd_bus_message *message) {
    std::vector<std::string> result;
    const char *text = nullptr;
    if (sd_bus_message_enter_container(message, 'a', "s") < 0)
        return result;
    while (sd_bus_message_read(message, "s", &text) > 0)
        result.emplace_back(text);
    sd_bus_message_exit_container(message);
    return result;
}

} // namespace

JobProgress::JobProgress(sd_bus *bus) : bus_(bus) {
    sd_bus_slot *slot = nullptr;
    if (sd_bus_match_signal_async(bus, &slot, service, "/org/modkeeper1", "org.modkeeper1.Manager",
                                  "JobNew", on_new, ignore, this) >= 0)
        new_.reset(slot);
    if (can_redraw(stderr) && sd_bus_add_match_async(bus, &slot,
                                                     "type='signal',sender='org.modkeeper1',"
                                                     "path_namespace='/org/modkeeper1/job',"
                                                     "interface='org.freedesktop.DBus.Properties',"
                                                     "member='PropertiesChanged'",
                                                     on_change, ignore, this) >= 0)
        change_.reset(slot);
}

JobProgress::~JobProgress() {
    if (is_shown_)
        std::fputs("\r\033[K", stderr);
}

int JobProgress::on_new(sd_bus_message *signal, void *userdata, sd_bus_error *) {
    auto &self = *static_cast<JobProgress *>(userdata);
    const char *job = nullptr;
    const char *verb = nullptr;
    const char *caller = nullptr;
    const char *own = nullptr;
    if (sd_bus_message_read(signal, "uos", nullptr, &job, &verb) < 0 ||
        sd_bus_message_skip(signal, "as") < 0 || sd_bus_message_read(signal, "s", &caller) < 0 ||
        sd_bus_get_unique_name(self.bus_, &own) < 0 || std::strcmp(caller, own) != 0)
        return 0;
    self.job_ = job;
    self.verb_ = verb;
    return 0;
}

int JobProgress::on_change(sd_bus_message *signal, void *userdata, sd_bus_error *) {
    auto &self = *static_cast<JobProgress *>(userdata);
    if (self.job_ != sd_bus_message_get_path(signal))
        return 0;
    if (sd_bus_message_skip(signal, "s") < 0 ||
        sd_bus_message_enter_container(signal, 'a', "{sv}") < 0)
        return 0;
    while (sd_bus_message_enter_container(signal, 'e', "sv") > 0) {
        const char *name = nullptr;
        const char *state = nullptr;
        if (sd_bus_message_read(signal, "s", &name) < 0)
            return 0;
        std::string_view property = name;
        if (property == "State") {
            sd_bus_message_read(signal, "v", "s", &state);
            self.state_ = state == nullptr ? "" : state;
        } else if (property == "Planned") {
            sd_bus_message_read(signal, "v", "u", &self.planned_);
        } else if (property == "Ended") {
            sd_bus_message_read(signal, "v", "u", &self.ended_);
        } else if (property == "Current" && sd_bus_message_enter_container(signal, 'v', "as") > 0) {
            self.current_ = read_strings(signal);
            sd_bus_message_exit_container(signal);
        } else {
            sd_bus_message_skip(signal, "v");
        }
        sd_bus_message_exit_container(signal);
    }
    self.show();
    return 0;
}

void JobProgress::show() {
    if (!can_redraw(stderr))
        return;
    std::string line = verb_ + ": ";
    if (state_ == "canceling")
        line += "canceling, when the kernel has finished" +
                (current_.empty() ? "" : " with " + join(current_));
    else if (state_ == "waiting")
        line += "waiting for another job for the same module";
    else
        line += std::to_string(ended_) + " of " + std::to_string(planned_) +
                (current_.empty() ? "" : ": " + join(current_));
    // a line that the terminal wraps cannot be removed
    constexpr std::size_t usual = 80;
    const std::size_t columns = terminal_size().columns;
    std::fprintf(stderr, "\r\033[K%s",
                 cut(printable(line), (columns == 0 ? usual : columns) - 1).c_str());
    std::fflush(stderr);
    is_shown_ = true;
}

} // namespace mk::cli
