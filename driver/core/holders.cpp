// SPDX-License-Identifier: GPL-2.0-only
#include "core/holders.hpp"

#include "kernel/fdtable.hpp"
#include "kernel/sched.hpp"
#include "lib/bytes.hpp"

namespace mk {
namespace {

// So that a file opened between measuring and filling seldom costs another round.
constexpr usize slack = 1024;
constexpr usize path_max = 255;

// Entries that are written where there is room for them, and measured in any case.
class Entries {
  public:
    explicit Entries(const Buffer &memory) : memory_(memory) {}

    void put(modkeeper_holder &entry, Text name) {
        usize size = align_up<usize>(sizeof(entry) + name.length() + 1, 8);
        count_++;
        if (bytes_ + size <= memory_.size()) {
            u8 *to = memory_.data() + bytes_;
            clear_bytes(to, size);
            entry.size = static_cast<u32>(size);
            entry.fixed_size = sizeof(entry);
            if (!name.empty())
                entry.name = {sizeof(entry), static_cast<u32>(name.length())};
            copy_bytes(to, &entry, sizeof(entry));
            copy_bytes(to + sizeof(entry), name.data(), name.length());
        }
        bytes_ += size;
    }
    u32 count() const { return count_; }
    usize bytes() const { return bytes_; }

  private:
    const Buffer &memory_;
    usize bytes_ = 0;
    u32 count_ = 0;
};

// With locks of the kernel held.
void put_file(Entries &entries, const mk_holder &holder) {
    modkeeper_holder entry = {};
    entry.kind = MODKEEPER_HOLDER_FILE;
    entry.pid = holder.pid;
    entry.tgid = holder.tgid;
    entry.fd = holder.fd;
    entry.inode = holder.inode;
    entry.device_major = holder.device_major;
    entry.device_minor = holder.device_minor;
    entry.node_major = holder.node_major;
    entry.node_minor = holder.node_minor;
    static_assert(sizeof(entry.comm) == sizeof(holder.comm));
    copy_bytes(entry.comm, holder.comm, sizeof(entry.comm));
    char path[path_max + 1];
    long length = mk_file_path(holder.file, path, sizeof(path));
    bool fits = length > 0 && length <= static_cast<long>(path_max);
    entries.put(entry, fits ? Text(path, static_cast<usize>(length)) : Text());
}

// @names have a comma behind each.
void put_modules(Entries &entries, Text names) {
    for (usize from = 0, end = 0; end < names.length(); end++) {
        if (names.data()[end] != ',')
            continue;
        modkeeper_holder entry = {};
        entry.kind = MODKEEPER_HOLDER_MODULE;
        entry.fd = -1;
        entries.put(entry, {names.data() + from, end - from});
        from = end + 1;
    }
}

Result<usize> used_by(Mutex<Inventory> &inventory, const ModuleName &name, const Buffer &to) {
    auto modules = inventory.lock();
    const Entry *entry = modules->find(name.text());
    if (!entry)
        return Errno::not_found;
    TextWriter writer(reinterpret_cast<char *>(to.data()), to.size());
    entry->put_used_by(writer);
    return writer.length();
}

} // namespace

Result<Answer> find_holders(Mutex<Inventory> &inventory, const ModuleName &name, usize room,
                            Buffer &memory) {
    if (!current_may_trace())
        return Errno::not_permitted;
    Buffer users;
    usize users_length;
    while ((users_length = TRY(used_by(inventory, name, users))) > users.size())
        users = TRY(Buffer::create(users_length + slack));
    for (;;) {
        Entries entries(memory);
        put_modules(entries, {reinterpret_cast<const char *>(users.data()), users_length});
        for_each_holder(name.c_text(), [&](const mk_holder &holder) { put_file(entries, holder); });
        if (entries.bytes() > holders_max)
            return Errno::no_memory;
        Answer answer;
        answer.bytes = static_cast<u32>(entries.bytes());
        answer.count = entries.count();
        answer.complete = answer.bytes <= room && answer.bytes <= memory.size();
        if (answer.complete || answer.bytes > room)
            return answer;
        memory = TRY(Buffer::create(answer.bytes + slack));
    }
}

} // namespace mk
