// SPDX-License-Identifier: GPL-2.0-only
#include "engine/module_calls.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "engine/kmod_handles.hpp"
#include "engine/text_file.hpp"

namespace mk::engine {

namespace {

void drop_log(void *, int, const char *, int, const char *, const char *, va_list) {}

// Options and commands are the plan's: nothing is read of modprobe.d.
KmodContext context_without_configuration() {
    if (!libkmod.open())
        return nullptr;
    const char *const none[] = {nullptr};
    KmodContext context(kmod_new(nullptr, none));
    if (context)
        kmod_set_log_fn(context.get(), drop_log, nullptr);
    return context;
}

// MODULE_INIT_COMPRESSED_FILE of <linux/module.h>: kernel headers are not included here.
constexpr unsigned compressed_file = 4;

// Does the kernel unpack it? Then it can tell which file a module came from.
bool kernel_unpacks(const std::string &path) {
    static const auto format = read_line("/sys/module/compression");
    return (format == "gzip" && path.ends_with(".gz")) ||
           (format == "xz" && path.ends_with(".xz")) ||
           (format == "zstd" && path.ends_with(".zst"));
}

// As the kernel takes it. libkmod's flags are the kernel's.
int insert_file(const std::string &path, const std::string &parameters, unsigned flags) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return errno;
    const int error = syscall(SYS_finit_module, file, parameters.c_str(), flags) == 0 ? 0 : errno;
    close(file);
    return error;
}

// Unpacked here, by libkmod.
int insert_unpacked(const std::string &path, const std::string &parameters, unsigned flags) {
    // A context belongs to one thread.
    thread_local KmodContext context = context_without_configuration();
    if (!context)
        return ENOMEM;
    kmod_module *raw = nullptr;
    if (int error = kmod_module_new_from_path(context.get(), path.c_str(), &raw); error < 0)
        return -error;
    KmodModule module(raw);
    const int error = kmod_module_insert_module(module.get(), flags, parameters.c_str());
    return error < 0 ? -error : 0;
}

class RealCalls final : public ModuleCalls {
  public:
    int insert(const std::string &path, const std::string &parameters, bool force_vermagic,
               bool force_modversions) override;
    int remove(const std::string &name, unsigned flags) override {
        return syscall(SYS_delete_module, name.c_str(), flags) == 0 ? 0 : errno;
    }
};

int RealCalls::insert(const std::string &path, const std::string &parameters, bool force_vermagic,
                      bool force_modversions) {
    unsigned flags = 0;
    if (force_vermagic)
        flags |= KMOD_INSERT_FORCE_VERMAGIC;
    if (force_modversions)
        flags |= KMOD_INSERT_FORCE_MODVERSION;
    if (path.ends_with(".ko"))
        return insert_file(path, parameters, flags);
    if (kernel_unpacks(path))
        return insert_file(path, parameters, flags | compressed_file);
    return insert_unpacked(path, parameters, flags);
}

} // namespace

ModuleCalls &ModuleCalls::real() {
    static RealCalls calls;
    return calls;
}

} // namespace mk::engine
