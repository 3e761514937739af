// SPDX-License-Identifier: GPL-2.0-only
#include "core/ioctl.hpp"

#include <linux/ioctl.h>
#include <linux/modkeeper.h>

#include "core/device_nodes.hpp"
#include "core/driver.hpp"
#include "core/holders.hpp"
#include "core/reader.hpp"
#include "core/snapshot.hpp"
#include "kernel/uaccess.hpp"
#include "lib/bytes.hpp"

namespace mk {
namespace {

// INFO and STATS grow at their end, so that a caller's may be shorter or longer than ours.
template <typename T> bool asks_for(u32 request, u32 ours) {
    return _IOC_DIR(request) == _IOC_DIR(ours) && _IOC_TYPE(request) == _IOC_TYPE(ours) &&
           _IOC_NR(request) == _IOC_NR(ours) && _IOC_SIZE(request) >= sizeof(T::size);
}

template <typename T> Result<> answer_growing(T value, u32 request, UserArgument argument) {
    value.size = min<u32>(sizeof(T), _IOC_SIZE(request));
    return argument.out<T>().write_first(value, value.size);
}

// Copies the entries if there is room for all of them; reports their size in any case.
template <typename Request> Result<> answer_sized(const Answer &answer, const Buffer &entries,
                                                  const Request &request, UserInOut<Request> user) {
    if (answer.complete && answer.bytes)
        TRY(UserBytesOut(request.buffer).write(0, entries.data(), answer.bytes));
    TRY(user.write(request));
    if (!answer.complete && request.buffer_size)
        return Errno::enospc;
    return {};
}

Result<ModuleName> name_in(const char (&field)[MODKEEPER_NAME_SIZE]) {
    usize length = 0;
    while (length < sizeof(field) && field[length])
        length++;
    return ModuleName::create({field, length});
}

Result<> snapshot(Driver &driver, UserInOut<modkeeper_snapshot> user) {
    modkeeper_snapshot request = TRY(user.read());
    if ((request.flags & ~MODKEEPER_SNAPSHOT_GONE) || request.reserved)
        return Errno::einval;
    Selection selection;
    selection.gone = request.flags & MODKEEPER_SNAPSHOT_GONE;
    Buffer memory;
    Answer answer = TRY(driver.snapshots().take(selection, request.buffer_size, memory));
    request.needed = answer.bytes;
    request.count = answer.count;
    request.generation = answer.generation;
    return answer_sized(answer, memory, request, user);
}

Result<> query(Driver &driver, UserInOut<modkeeper_query> user) {
    modkeeper_query request = TRY(user.read());
    if (request.flags || request.reserved)
        return Errno::einval;
    ModuleName name = TRY(name_in(request.name));
    Selection selection;
    selection.name = &name;
    selection.parameters = true;
    Buffer memory;
    Answer answer = TRY(driver.snapshots().take(selection, request.buffer_size, memory));
    request.needed = answer.bytes;
    return answer_sized(answer, memory, request, user);
}

Result<> holders(Driver &driver, UserInOut<modkeeper_holders> user) {
    modkeeper_holders request = TRY(user.read());
    if ((request.flags & ~MODKEEPER_HOLDERS_NODES) || (!request.flags && request.node_count))
        return Errno::einval;
    ModuleName name = TRY(name_in(request.name));
    if (request.node_count > request.buffer_size / sizeof(modkeeper_node))
        return Errno::einval;
    auto nodes = DeviceNodes::read(UserBytesIn(request.buffer), request.node_count);
    if (!nodes.ok())
        return nodes.error();
    Buffer memory;
    Answer answer =
        TRY(find_holders(driver.inventory(), name, nodes.value(), request.buffer_size, memory));
    request.needed = answer.bytes;
    request.count = answer.count;
    request.answer_flags = answer.cut ? MODKEEPER_HOLDERS_CUT : 0;
    return answer_sized(answer, memory, request, user);
}

Result<> set_filter(Reader &reader, UserIn<modkeeper_filter> user) {
    modkeeper_filter request = TRY(user.read());
    reader.set_filter(TRY(Filter::create(request)));
    return {};
}

} // namespace

Result<> run_command(Driver &driver, Reader &reader, u32 request, UserArgument argument) {
    if (asks_for<modkeeper_info>(request, MODKEEPER_IOC_INFO))
        return answer_growing(driver.info(), request, argument);
    if (asks_for<modkeeper_stats>(request, MODKEEPER_IOC_STATS))
        return answer_growing(driver.stats(), request, argument);
    switch (request) {
    case MODKEEPER_IOC_SNAPSHOT:
        return snapshot(driver, argument.in_out<modkeeper_snapshot>());
    case MODKEEPER_IOC_QUERY:
        return query(driver, argument.in_out<modkeeper_query>());
    case MODKEEPER_IOC_FILTER:
        return set_filter(reader, argument.in<modkeeper_filter>());
    case MODKEEPER_IOC_CLIENT:
        return driver.clients().state(argument.in<modkeeper_client>());
    case MODKEEPER_IOC_HOLDERS:
        return holders(driver, argument.in_out<modkeeper_holders>());
    case MODKEEPER_IOC_POLICY_SET:
        return driver.policy().set(argument.in_out<modkeeper_policy_set>());
    case MODKEEPER_IOC_POLICY_GET:
        return driver.policy().get(argument.in_out<modkeeper_policy_get>());
    case MODKEEPER_IOC_POLICY_CONFIRM:
        return driver.policy().confirm(argument.in_out<modkeeper_policy_confirm>());
    case MODKEEPER_IOC_POLICY_MODE:
        return driver.policy().set_mode(argument.in_out<modkeeper_policy_mode_set>());
    case MODKEEPER_IOC_POLICY_TEMPORARY:
        return driver.policy().temporary(argument.in_out<modkeeper_policy_temporary>());
    case MODKEEPER_IOC_POLICY_SEAL:
        return driver.policy().seal(argument.in_out<modkeeper_policy_seal>());
    case MODKEEPER_IOC_POLICY_TEST:
        return driver.policy().test(argument.in_out<modkeeper_policy_test>());
    default:
        return Errno::enotty;
    }
}

} // namespace mk
