// SPDX-License-Identifier: GPL-2.0-only
// org.modkeeper1.Policy at /org/modkeeper1: the policy in the driver. Its state is public; its
// rules are for those who may read the record. It checks arguments here, asks for authorisation,
// and does the rest in tasks of their own.
#pragma once

#include <systemd/sd-bus.h>

#include <functional>
#include <utility>

#include "bus/background_tasks.hpp"
#include "bus/callers.hpp"
#include "bus/handles.hpp"
#include "bus/polkit.hpp"
#include "bus/task_result_codec.hpp"
#include "driver_client/policy_client.hpp"
#include "kmod/places.hpp"
#include "policy/policy_state.hpp"

namespace mk::bus {

class PolicyObject {
  public:
    PolicyObject(Callers &callers, Polkit &polkit, BackgroundTasks &background,
                 driver::PolicyClient &policy, ConfigurationPlaces places)
        : callers_(callers), polkit_(polkit), background_(background), policy_(policy),
          places_(std::move(places)) {}
    PolicyObject(const PolicyObject &) = delete;
    PolicyObject &operator=(const PolicyObject &) = delete;

    // 0 or -errno.
    int attach(sd_bus *bus);

  private:
    using Work = std::function<Result<Answer>()>;
    // 0 or more, or -errno
    using Append = int (*)(sd_bus_message *reply, const Answer &answer);

    policy::StatePlaces kept() const { return {places_.root}; }
    int ask(sd_bus_message *call, const Question &question, Work work, Append append);

    static int on_list_rules(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_list_permissions(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_check(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_apply(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_test(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_set_mode(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_confirm(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_roll_back(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_allow(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_revoke(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_deny(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_revoke_rules(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_seal(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int get_property(sd_bus *bus, const char *path, const char *interface,
                            const char *property, sd_bus_message *reply, void *userdata,
                            sd_bus_error *error);

    static const sd_bus_vtable vtable[];

    Callers &callers_;
    Polkit &polkit_;
    BackgroundTasks &background_;
    driver::PolicyClient &policy_;
    ConfigurationPlaces places_;
    Slot slot_;
};

} // namespace mk::bus
