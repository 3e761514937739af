// SPDX-License-Identifier: GPL-2.0-only
// PRESENT, LOAD_* and UNLOAD records: what the module says of itself, and what was seen of the
// call that loads or unloads it.
#pragma once

#include "core/calls.hpp"
#include "core/record.hpp"
#include "kernel/module.hpp"

namespace mk {

// Where the load that a record belongs to began, as far as it was seen.
struct LoadOrigin {
    u64 sequence = 0;    // of its LOAD_BEGIN or PRESENT record, 0: not seen
    u64 boottime_ns = 0; // of its LOAD_BEGIN record, 0: not seen
};

class ModuleRecord : public Record<modkeeper_record_module, 7> {
  public:
    // Borrows the texts of @facts and @call; NULL: no call was seen.
    ModuleRecord(modkeeper_record_kind kind, const ModuleFacts &facts, LoadOrigin origin,
                 const Call *call);

    void write(modkeeper_record &header) const;

  private:
    void put_call(const Call &call);
    void put_request(const RequestLink &request);
    u64 duration(const modkeeper_record &header) const;

    LoadOrigin origin_;
    const Call *call_;
};

} // namespace mk
