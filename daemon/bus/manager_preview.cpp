// SPDX-License-Identifier: GPL-2.0-only
// Method PreviewUnload, which is answered from a process of its own: it reads module files and all
// that /sys shows of devices.
#include <algorithm>
#include <array>

#include "base/module_name.hpp"
#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/manager_object.hpp"
#include "bus/task_answer.hpp"
#include "job/unload_preview.hpp"

namespace mk::bus {

namespace {

Result<UnloadRequest> read_preview(sd_bus_message *call) {
    UnloadRequest request;
    const std::array<Option, 3> known = {
        {{"with-dependents", &request.with_dependents},
         {"with-unused-dependencies", &request.with_unused_dependencies},
         {"force", &request.force}}};
    request.names = module_names(TRY(read_strings(call, targets_max, "modules")));
    TRY(read_options(call, "PreviewUnload", known));
    TRY(check_request(request));
    return request;
}

Row row_of(const Loss &loss) {
    Rows uses;
    for (const auto &fact : loss.facts) {
        Row use = {{"use", std::string(word_of(fact.use))}};
        if (!fact.detail.empty())
            use.push_back({"detail", fact.detail});
        uses.push_back(std::move(use));
    }
    return {{"kind", std::string(word_of(loss.kind))},
            {"name", loss.name},
            {"importance", std::string(word_of(loss.importance()))},
            {"in_use_as", std::move(uses)}};
}

std::optional<std::vector<driver::Event>> recorded_loads(ModuleSource &source) {
    const auto reader = source.read_record();
    auto events = reader ? driver::read_all(*reader.value())
                         : Result<std::vector<driver::Event>>(reader.error());
    if (!events)
        return std::nullopt;
    std::erase_if(events.value(), [](const driver::Event &event) {
        return event.as<driver::ModuleEvent>() == nullptr;
    });
    return events.take();
}

// Who loaded what is not public.
Result<Answer> preview(const UnloadRequest &request, const LoadEvents &events) {
    const auto found = TRY(preview_unload(request, events, 0));
    Answer answer;
    for (const auto &module : found.plan.modules) {
        Rows losses;
        for (const auto &loss : found.losses)
            if (loss.module == module)
                losses.push_back(row_of(loss));
        answer.rows.push_back(
            {{"module", module}, {"action", std::string("unload")}, {"losses", std::move(losses)}});
    }
    for (const auto &kept : found.plan.kept)
        answer.rows.push_back({{"module", kept.module}, {"action", std::string("keep")}});
    return answer;
}

} // namespace

int ManagerObject::on_preview(sd_bus_message *message, void *userdata, sd_bus_error *) {
    auto &parts = static_cast<ManagerObject *>(userdata)->parts_;
    auto request = read_preview(message);
    if (!request)
        return refuse(message, request.error());
    return answer_in_task(
        parts.background, parts.callers, message, false,
        [&source = parts.source, wanted = std::move(request.value())] {
            return preview(wanted, [&] { return recorded_loads(source); });
        },
        append_all);
}

} // namespace mk::bus
