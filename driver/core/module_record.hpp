// SPDX-License-Identifier: GPL-2.0-only
// Records of modules, PRESENT, LOAD_* and UNLOAD: they describe the module, and the call that loads
// or unloads it.
#pragma once

#include "core/module_origin.hpp"
#include "core/record.hpp"
#include "core/syscalls.hpp"
#include "kernel/module.hpp"

namespace mk {

// Bytes of its memory that a module keeps after its init.
u64 core_bytes(const __u64 (&memory)[MODKEEPER_MEMORY_KINDS]);

class ModuleRecord : public Record<modkeeper_record_module, module_record_texts> {
  public:
    // Borrows the texts of @facts and @call; NULL: no call was seen.
    ModuleRecord(modkeeper_record_kind kind, const ModuleFacts &facts, LoadOrigin origin,
                 const Call *call);

    // Which rule of the policy denied it, or would have. Borrows the texts.
    void put_decision(Text rule, Text reason, u64 sequence);
    void write(modkeeper_record &header) const;

  private:
    void put_call(const Call &call);
    void put_file(const Call &call);
    void put_request(const RequestLink &request);
    u64 duration(const modkeeper_record &header) const;

    LoadOrigin origin_;
    const Call *call_;
};

} // namespace mk
