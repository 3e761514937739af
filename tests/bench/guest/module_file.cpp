// SPDX-License-Identifier: GPL-2.0-only
#include "module_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

namespace mk::bench {

ModuleFile::ModuleFile(const std::string &path) : file_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (file_ < 0)
        throw std::system_error(errno, std::generic_category(), path);
    name_ = path.substr(path.rfind('/') + 1);
    name_.resize(name_.size() - std::min<std::size_t>(name_.size(), 3)); // .ko
    std::replace(name_.begin(), name_.end(), '-', '_');
}

ModuleFile::~ModuleFile() {
    close(file_);
}

int ModuleFile::load(const char *parameters) const {
    return syscall(SYS_finit_module, file_, parameters, 0) == 0 ? 0 : errno;
}

int ModuleFile::unload() const {
    return syscall(SYS_delete_module, name_.c_str(), O_NONBLOCK) == 0 ? 0 : errno;
}

} // namespace mk::bench
