// SPDX-License-Identifier: GPL-2.0-only
#include "core/holders.hpp"

#include "kernel/fdtable.hpp"
#include "kernel/sched.hpp"
#include "lib/bytes.hpp"

namespace mk {
namespace {

// Room for a module that is loaded between measuring and filling, which would cost another round.
constexpr usize slack = 1024;
constexpr usize path_max = 255;

// Entries of the answer, one after another. They are written as long as they fit into the caller's
// room, and only measured after that.
class Entries {
  public:
    Entries(usize room, Buffer &memory) : room_(room), memory_(memory) {}

    // False: it was not taken, because there are too many or there is no memory for it yet.
    bool put(modkeeper_holder &entry, Text name) {
        usize size = align_up<usize>(sizeof(entry) + name.length() + 1, 8);
        cut_ = bytes_ + size > holders_max;
        if (cut_)
            return false;
        writes_ = writes_ && bytes_ + size <= room_;
        if (writes_ && bytes_ + size > memory_.size())
            return false;
        if (writes_)
            write(entry, size, name);
        bytes_ += size;
        count_++;
        return true;
    }
    // Makes room for more, after one was not taken. False: the answer may not grow any more.
    Result<bool> grow() {
        if (cut_)
            return false;
        auto larger = Buffer::create(2 * memory_.size() + least);
        if (!larger.ok())
            return larger.error();
        if (bytes_)
            copy_bytes(larger.value().data(), memory_.data(), bytes_);
        memory_ = mk::move(larger.value());
        return true;
    }
    Answer answer() const {
        Answer answer;
        answer.bytes = static_cast<u32>(bytes_);
        answer.count = count_;
        answer.complete = writes_;
        answer.cut = cut_;
        return answer;
    }

  private:
    static constexpr usize least = 4096; // of memory, for one of any length

    void write(modkeeper_holder &entry, usize size, Text name) {
        u8 *to = memory_.data() + bytes_;
        clear_bytes(to, size);
        entry.size = static_cast<u32>(size);
        entry.fixed_size = sizeof(entry);
        if (!name.empty())
            entry.name = {sizeof(entry), static_cast<u32>(name.length())};
        copy_bytes(to, &entry, sizeof(entry));
        copy_bytes(to + sizeof(entry), name.data(), name.length());
    }

    usize room_;
    Buffer &memory_;
    usize bytes_ = 0;
    u32 count_ = 0;
    bool writes_ = true;
    bool cut_ = false;
};

// False: it is none.
bool is_holder(const mk_holder &holder, const DeviceNodes &nodes, modkeeper_holder &entry) {
    if (holder.references || holder.is_on)
        entry.kind = holder.fd < 0 ? MODKEEPER_HOLDER_MAPPING : MODKEEPER_HOLDER_FILE;
    else
        entry.kind = MODKEEPER_HOLDER_NODE;
    return entry.kind != MODKEEPER_HOLDER_NODE ||
           nodes.has(holder.node_kind, holder.node_major, holder.node_minor) ||
           nodes.has(MODKEEPER_NODE_BLOCK, holder.device_major, holder.device_minor);
}

// With locks of the kernel held. False: there is no room for it yet.
bool put_file(Entries &entries, const mk_holder &holder, const DeviceNodes &nodes) {
    modkeeper_holder entry = {};
    if (!is_holder(holder, nodes, entry))
        return true;
    entry.pid = holder.pid;
    entry.tgid = holder.tgid;
    entry.fd = holder.fd;
    entry.references = holder.references;
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
    return entries.put(entry, fits ? Text(path, static_cast<usize>(length)) : Text());
}

// @names have a comma after each.
Result<> put_modules(Entries &entries, Text names) {
    for (usize from = 0, end = 0; end < names.length(); end++) {
        if (names.data()[end] != ',')
            continue;
        modkeeper_holder entry = {};
        entry.kind = MODKEEPER_HOLDER_MODULE;
        entry.fd = -1;
        entry.references = 1;
        while (!entries.put(entry, {names.data() + from, end - from}) && TRY(entries.grow()))
            ;
        from = end + 1;
    }
    return {};
}

Result<usize> used_by(Mutex<Inventory> &inventory, const ModuleName &name, const Buffer &to) {
    auto modules = inventory.lock();
    const Entry *entry = modules->find(name.text());
    if (!entry)
        return Errno::enoent;
    TextWriter writer(reinterpret_cast<char *>(to.data()), to.size());
    entry->put_used_by(writer);
    return writer.length();
}

} // namespace

Result<Answer> find_holders(Mutex<Inventory> &inventory, const ModuleName &name,
                            const DeviceNodes &nodes, usize room, Buffer &memory) {
    if (!current_may_trace())
        return Errno::eperm;
    Buffer users;
    usize users_length;
    while ((users_length = TRY(used_by(inventory, name, users))) > users.size())
        users = TRY(Buffer::create(users_length + slack));
    Entries entries(room, memory);
    TRY(put_modules(entries, {reinterpret_cast<const char *>(users.data()), users_length}));
    mk_holder_place place = {};
    auto put = [&](const mk_holder &holder) { return put_file(entries, holder, nodes); };
    while (!TRY(for_each_holder(name.c_text(), !nodes.empty(), place, put)) && TRY(entries.grow()))
        ;
    return entries.answer();
}

} // namespace mk
