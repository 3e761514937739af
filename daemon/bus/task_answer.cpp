// SPDX-License-Identifier: GPL-2.0-only
#include "bus/task_answer.hpp"

#include <utility>

#include "bus/bus_error.hpp"

namespace mk::bus {

int answer_in_task(BackgroundTasks &background, Callers &callers, sd_bus_message *call,
                   bool is_authorized, std::function<Result<Answer>()> work,
                   int (*append)(sd_bus_message *reply, const Answer &answer)) {
    const auto *caller = callers.find(call);
    if (!caller) {
        reply_error(call, {ErrorCode::NotAuthorized, "the caller has left the bus"});
        return 1;
    }
    background.run(
        {caller->account, is_authorized},
        [work = std::move(work)] { return encode_answer(work()); },
        [call = keep(call), append](const Result<std::string> &bytes) {
            reply_answer(call.get(),
                         bytes ? decode_answer(bytes.value()) : Result<Answer>(bytes.error()),
                         append);
        });
    return 1;
}

int append_first(sd_bus_message *reply, const Answer &answer) {
    return append_row(reply, answer.rows.front());
}

int append_all(sd_bus_message *reply, const Answer &answer) {
    return append_rows(reply, answer.rows);
}

} // namespace mk::bus
