// SPDX-License-Identifier: GPL-2.0-only
// A request and what its argument points to: the first 4 bytes choose the request.
#include "device.hpp"

namespace {

constexpr unsigned int requests[] = {MODKEEPER_IOC_INFO,
                                     MODKEEPER_IOC_STATS,
                                     MODKEEPER_IOC_SNAPSHOT,
                                     MODKEEPER_IOC_QUERY,
                                     MODKEEPER_IOC_FILTER,
                                     MODKEEPER_IOC_HOLDERS,
                                     MODKEEPER_IOC_CLIENT,
                                     MODKEEPER_IOC_POLICY_SET,
                                     MODKEEPER_IOC_POLICY_GET,
                                     MODKEEPER_IOC_POLICY_CONFIRM,
                                     MODKEEPER_IOC_POLICY_MODE,
                                     MODKEEPER_IOC_POLICY_TEST,
                                     MODKEEPER_IOC_POLICY_TEMPORARY,
                                     MODKEEPER_IOC_POLICY_SEAL};

// Buffers that an argument names lie in the user's memory as often as not.
void aim(std::uint8_t *argument, std::size_t size, mk_user memory) {
    mk_user address;
    for (std::size_t at = 0; at + sizeof(address) <= size; at += sizeof(address)) {
        std::memcpy(&address, argument + at, sizeof(address));
        if (address >> 48 != 0x4d4b)
            continue;
        address = memory + address % FuzzedDevice::room;
        std::memcpy(argument + at, &address, sizeof(address));
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    unsigned int request;
    if (size < sizeof(request) || size > 1024)
        return 0;
    std::memcpy(&request, data, sizeof(request));
    if (request < 64)
        request = requests[request % (sizeof(requests) / sizeof(requests[0]))];
    FuzzedDevice &open = device();
    std::uint8_t argument[1024];
    std::memcpy(argument, data + sizeof(request), size - sizeof(request));
    aim(argument, size - sizeof(request), open.memory);
    open.put(argument, size - sizeof(request));
    long result = mk_core_ioctl(open.reader, request, open.memory);
    MUST(result <= 0 && result >= -4095);
    // Whatever filter stands now, a read must be possible, and end.
    result = mk_core_read(open.reader, open.memory, FuzzedDevice::room, true);
    MUST(result > 0 || result == -11);
    mk_core_seek(open.reader, 0, 0);
    return 0;
}
