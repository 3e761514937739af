// SPDX-License-Identifier: GPL-2.0-only
// The policy that the driver finds when it is loaded: a file, which an initramfs may bring. It is
// checked as one of POLICY_SET is, and must be for the kernel that runs.
#include "core/policy_arguments.hpp"
#include "core/policy_control.hpp"
#include "kernel/contents.hpp"
#include "kernel/printk.hpp"
#include "lib/bytes.hpp"

namespace mk {
namespace {

void log_fault(const char *what, u64 number) {
    char line[128];
    TextWriter writer(line, sizeof(line) - 1);
    writer.put(Text::from_c(MODKEEPER_POLICY_FILE " brings no policy: "));
    writer.put(Text::from_c(what));
    if (number) {
        writer.put(' ');
        writer.put_number(number);
    }
    line[min(writer.length(), sizeof(line) - 1)] = '\0';
    log_error(line);
}

// The header before the block. False: it is none.
bool read_header(const Contents &file, modkeeper_policy_file &header) {
    if (file.size() < sizeof(header))
        return false;
    copy_bytes(&header, file.data(), sizeof(header));
    return header.magic == MODKEEPER_POLICY_FILE_MAGIC &&
           header.version == MODKEEPER_POLICY_FILE_VERSION &&
           header.header_size == sizeof(header) && is_policy_mode(header.load_mode) &&
           is_policy_mode(header.request_mode);
}

} // namespace

Result<> PolicyControl::take(const Contents &file) {
    modkeeper_policy_file header;
    if (!read_header(file, header)) {
        log_fault("it is no such file", 0);
        return Errno::einval;
    }
    usize size = file.size() - sizeof(header);
    if (size < sizeof(modkeeper_policy) || size > MODKEEPER_POLICY_SIZE_MAX) {
        log_fault("fault", MODKEEPER_POLICY_FAULT_SIZE);
        return Errno::einval;
    }
    Result<Buffer> blob = Buffer::create_own(size);
    if (!blob.ok())
        return blob.error();
    copy_bytes(blob.value().data(), file.data() + sizeof(header), size);
    PolicyFault fault;
    Result<Owned<Loaded>> loaded = load(blob.take(), fault);
    if (fault.found())
        log_fault("fault", fault.fault);
    if (!loaded.ok())
        return loaded.error();
    Text kernel = Text::from_c(loaded.value()->policy.blob().header().kernel);
    if (!(kernel == kernel_release())) {
        log_fault("it is for another kernel", 0);
        return Errno::einval;
    }
    modkeeper_policy_set request = {};
    request.expected_generation = MODKEEPER_POLICY_ANY_GENERATION;
    request.load_mode = header.load_mode;
    request.request_mode = header.request_mode;
    return replace(request, loaded.take());
}

void PolicyControl::take_file() {
    if (ceiling_ == MODKEEPER_POLICY_MODE_OFF)
        return;
    Result<Contents> file = Contents::read(MODKEEPER_POLICY_FILE, sizeof(modkeeper_policy_file) +
                                                                      MODKEEPER_POLICY_SIZE_MAX);
    Result<> taken = file.ok() ? take(file.value()) : Result<>(file.error());
    if (taken.ok())
        log_info("the policy of " MODKEEPER_POLICY_FILE " is in force");
    else if (file.ok() ? taken.error() != Errno::einval : file.error() != Errno::enoent)
        log_fault("error", static_cast<u64>(taken.error()));
}

} // namespace mk
