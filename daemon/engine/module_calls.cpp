// SPDX-License-Identifier: GPL-2.0-only
#include "engine/module_calls.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "engine/kmod_handles.hpp"

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

// As the kernel takes it. libkmod's flags are the kernel's.
int insert_plain(const std::string &path, const std::string &parameters, unsigned flags) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return errno;
    const int error = syscall(SYS_finit_module, file, parameters.c_str(), flags) == 0 ? 0 : errno;
    close(file);
    return error;
}

// Unpacked first, where the kernel cannot do that.
int insert_compressed(const std::string &path, const std::string &parameters, unsigned flags) {
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
    return path.ends_with(".ko") ? insert_plain(path, parameters, flags)
                                 : insert_compressed(path, parameters, flags);
}

} // namespace

ModuleCalls &ModuleCalls::real() {
    static RealCalls calls;
    return calls;
}

} // namespace mk::engine
