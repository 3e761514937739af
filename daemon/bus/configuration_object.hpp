// SPDX-License-Identifier: GPL-2.0-only
// org.modkeeper1.Configuration at /org/modkeeper1: parameters, and modules loaded at boot. It
// checks arguments here and does the rest in tasks of their own, because files may be slow.
#pragma once

#include <systemd/sd-bus.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bus/background_tasks.hpp"
#include "bus/callers.hpp"
#include "bus/handles.hpp"
#include "bus/polkit.hpp"
#include "bus/task_result_codec.hpp"
#include "config/change.hpp"
#include "driver_client/policy_client.hpp"
#include "kmod/places.hpp"

namespace mk::bus {

class ConfigurationObject {
  public:
    ConfigurationObject(Callers &callers, Polkit &polkit, BackgroundTasks &background,
                        driver::PolicyClient &policy, ConfigurationPlaces places)
        : callers_(callers), polkit_(polkit), background_(background), policy_(policy),
          places_(std::move(places)) {}
    // Number of GetDrift calls that may wait, in all and for one account; root's may always.
    static constexpr std::size_t drift_callers_max = 64;
    static constexpr std::size_t drift_callers_of_account = 16;
    // How long a drift is cached: finding it is a lot of work.
    static constexpr auto drift_kept = std::chrono::seconds(5);

    ConfigurationObject(const ConfigurationObject &) = delete;
    ConfigurationObject &operator=(const ConfigurationObject &) = delete;

    // 0 or -errno.
    int attach(sd_bus *bus);

  private:
    using Call = std::shared_ptr<sd_bus_message>;
    using Names = std::vector<std::string>;
    using Work = std::function<Result<Answer>()>;
    // 0 or more, or -errno
    using Append = int (*)(sd_bus_message *reply, const Answer &answer);
    using Choice =
        std::function<Result<Changes>(const ConfigurationPlaces &, const Names &names, bool force)>;

    // Asks polkit each of @questions in turn, and does the work if all are allowed.
    void ask(const Call &call, std::vector<Question> questions, Work work);
    // @is_authorized: whether polkit has allowed it
    void start(const Call &call, bool is_authorized, Work work, Append append);
    void find_drift();
    int choose(sd_bus_message *message, const char *method, const char *verb, bool may_force,
               Choice choice, sd_bus_error *error);

    static int on_get_parameters(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_set_parameter(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_unset_parameter(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_enable(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_disable(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_mask(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_unmask(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_get_drift(sd_bus_message *call, void *userdata, sd_bus_error *error);

    static const sd_bus_vtable vtable[];

    Callers &callers_;
    Polkit &polkit_;
    BackgroundTasks &background_;
    driver::PolicyClient &policy_;
    ConfigurationPlaces places_;
    // Callers waiting for the drift that is being searched: it is a lot of work, and the same for
    // everybody.
    std::vector<std::pair<uid_t, Call>> drift_callers_;
    struct FoundDrift {
        Answer found;
        std::chrono::steady_clock::time_point when;
    };
    std::optional<FoundDrift> drift_;
    Slot slot_;
};

} // namespace mk::bus
