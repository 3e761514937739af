// SPDX-License-Identifier: GPL-2.0-only
// A system bus with nobody on it but a Manager that answers as it is told to. The command is led to
// it by DBUS_SYSTEM_BUS_ADDRESS.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <systemd/sd-bus.h>

namespace mk::cli::test {

class FakeManager {
  public:
    FakeManager();
    ~FakeManager();
    FakeManager(const FakeManager &) = delete;
    FakeManager &operator=(const FakeManager &) = delete;

    // To be set before the command runs.
    std::string error_name; // "": succeeds
    std::string error_message = "said the daemon";
    std::string job_error; // of loads and unloads only
    std::string holder;    // the module that such an error names, with other facts
    std::string module_path = "/org/modkeeper1/module/dummy";
    std::string driver_state = "connected";
    bool silent = false;        // never answers
    bool loads_nothing = false; // of what LoadAll asks for
    // Interrupts whoever made this, as a person would, when a job is asked for, and says no to that
    // only when the next one is.
    bool interrupts = false;
    // Sequence numbers of what the Recorder knows.
    std::vector<std::uint64_t> events;
    // The jobs that there are, by their numbers.
    std::vector<std::uint32_t> jobs;

    // What the last Load or Unload loaded_first, to be read after the command has ended.
    std::string method;
    std::string name;
    std::vector<std::string> parameters;
    std::vector<std::string> options;
    std::vector<std::string> targets; // of StartJob
    std::string verb;                 // of StartJob
    int calls = 0;                    // of the Manager
    std::string canceled;             // the object of the job
    bool interactive = false;
    // Of each call to the Configuration: "SetParameter dummy numdummies 3", "Enable a b force".
    std::vector<std::string> configured;
    // "action", "file", and the text, place or message of the one change that it answers with.
    std::vector<std::string> change = {"added", "/etc/x.conf", "a line"};

  private:
    void serve();
    void talk(int connection);
    static int filter(sd_bus_message *message, void *self, sd_bus_error *error);
    int answer(sd_bus_message *message);
    int answer_manager(sd_bus_message *message);
    int answer_configuration(sd_bus_message *message);
    int answer_query(sd_bus_message *message);
    int answer_jobs(sd_bus_message *message);
    int interrupt(sd_bus_message *message);
    void take_job(sd_bus_message *message);
    int reply_with_facts(sd_bus_message *message, const std::string &error) const;
    void take_started(sd_bus_message *message);
    void take_options(sd_bus_message *message);

    std::string folder_;
    int listener_ = -1;
    std::atomic<bool> ended_ = false;
    std::thread thread_;
    pthread_t maker_ = pthread_self();
    sd_bus_message *held_ = nullptr; // what was interrupted
};

} // namespace mk::cli::test
