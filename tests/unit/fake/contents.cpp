// SPDX-License-Identifier: GPL-2.0-only
// Contents of files: there is one, or none.
#include <cerrno>
#include <cstring>

#include "fake.hpp"
#include "state.hpp"

namespace {

std::string content;
int result = -ENOENT;
long reads;
long kept;

} // namespace

namespace fake {

void set_policy_file(std::string bytes) {
    content = std::move(bytes);
    result = 0;
}

void set_policy_file_error(int error) {
    result = error;
}

long policy_file_reads() {
    return reads;
}

void reset_contents() {
    if (kept)
        broken("the contents of a file were not freed");
    content.clear();
    result = -ENOENT;
    reads = 0;
}

} // namespace fake

extern "C" {

int mk_contents_read(mk_contents *contents, const char *path, unsigned long bytes_max) {
    fake::may_sleep(__func__);
    reads++;
    if (std::strcmp(path, "/usr/lib/modkeeper/policy.bin") != 0)
        return -ENOENT;
    if (result)
        return result;
    if (content.size() > bytes_max)
        return -EFBIG;
    // what is read beyond it is found
    char *copy = new char[content.size()];
    std::memcpy(copy, content.data(), content.size());
    *contents = {copy, content.size()};
    kept++;
    return 0;
}

void mk_contents_free(mk_contents *contents) {
    fake::may_sleep(__func__);
    delete[] static_cast<char *>(contents->bytes);
    kept--;
}

const char *mk_kernel_release(void) {
    return "6.1.0-test";
}

} // extern "C"
