// SPDX-License-Identifier: GPL-2.0-only
#include "bus/configuration_object.hpp"

#include <cstring>
#include <utility>

#include "bus/bus_error.hpp"
#include "bus/callback.hpp"
#include "bus/configuration_rows.hpp"
#include "bus/object_path.hpp"
#include "bus/task_answer.hpp"
#include "config/drift.hpp"

namespace mk::bus {

// Everybody may call: methods that change something ask polkit themselves.
const sd_bus_vtable ConfigurationObject::vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD_WITH_ARGS("GetParameters", SD_BUS_ARGS("s", module),
                            SD_BUS_RESULT("aa{sv}", parameters), callback<on_get_parameters>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS(
        "SetParameter", SD_BUS_ARGS("s", module, "s", parameter, "s", value, "a{sv}", options),
        SD_BUS_RESULT("aa{sv}", changes), callback<on_set_parameter>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS(
        "UnsetParameter", SD_BUS_ARGS("s", module, "s", parameter, "a{sv}", options),
        SD_BUS_RESULT("aa{sv}", changes), callback<on_unset_parameter>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Enable", SD_BUS_ARGS("as", modules, "a{sv}", options),
                            SD_BUS_RESULT("aa{sv}", changes), callback<on_enable>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Disable", SD_BUS_ARGS("as", modules, "a{sv}", options),
                            SD_BUS_RESULT("aa{sv}", changes), callback<on_disable>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Mask", SD_BUS_ARGS("as", modules, "a{sv}", options),
                            SD_BUS_RESULT("aa{sv}", changes), callback<on_mask>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Unmask", SD_BUS_ARGS("as", modules, "a{sv}", options),
                            SD_BUS_RESULT("aa{sv}", changes), callback<on_unmask>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("GetDrift", SD_BUS_NO_ARGS,
                            SD_BUS_RESULT("aa{sv}", drift, "as", unchecked), callback<on_get_drift>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END};

int ConfigurationObject::attach(sd_bus *bus) {
    sd_bus_slot *slot = nullptr;
    int error =
        sd_bus_add_object_vtable(bus, &slot, root_path, configuration_interface, vtable, this);
    slot_.reset(slot);
    return error;
}

void ConfigurationObject::ask(const Call &call, std::vector<Question> questions, Work work) {
    if (questions.empty())
        return start(call, true, std::move(work), append_answer);
    const auto next = std::move(questions.back());
    questions.pop_back();
    polkit_.ask(call.get(), next,
                [this, call, questions = std::move(questions), work = std::move(work)]() mutable {
                    ask(call, std::move(questions), std::move(work));
                });
}

void ConfigurationObject::start(const Call &call, bool is_authorized, Work work, Append append) {
    if (is_authorized)
        drift_.reset();
    answer_in_task(background_, callers_, call.get(), is_authorized, std::move(work), append);
}

// On the daemon's own account: all callers in the meantime get the answer, whoever was first.
void ConfigurationObject::find_drift() {
    background_.run(
        {0, false}, [places = places_] { return encode_answer(answer_of(mk::find_drift(places))); },
        [this](Result<std::string> bytes) {
            const auto found = bytes ? decode_answer(bytes.value()) : Result<Answer>(bytes.error());
            if (found)
                drift_ = FoundDrift{found.value(), std::chrono::steady_clock::now()};
            for (const auto &[user, call] : std::exchange(drift_callers_, {}))
                reply_answer(call.get(), found, append_drift);
        });
}

} // namespace mk::bus
