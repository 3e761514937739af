// SPDX-License-Identifier: GPL-2.0-only
// What is written to the device.
#include "device.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    if (size > 2048)
        return 0;
    FuzzedDevice &open = device();
    open.put(data, size);
    mk_core_seek(open.reader, 0, 2);
    long written = mk_core_write(open.reader, open.memory, size);
    MUST(written < 0 || written == static_cast<long>(size));
    long bytes = mk_core_read(open.reader, open.memory, FuzzedDevice::room, true);
    MUST((written > 0) == (bytes > 0));
    if (bytes <= 0)
        return 0;
    // The mark is what was written, without the newline at its end.
    auto *record = reinterpret_cast<const char *>(open.memory);
    modkeeper_record header;
    modkeeper_record_mark body;
    std::memcpy(&header, record, sizeof(header));
    std::memcpy(&body, record + sizeof(header), sizeof(body));
    MUST(header.kind == MODKEEPER_RECORD_MARK);
    MUST(body.text.length <= size);
    MUST(std::memcmp(record + body.text.offset, data, body.text.length) == 0);
    return 0;
}
