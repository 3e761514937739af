// SPDX-License-Identifier: GPL-2.0-only
// MESSAGE_ID of each kind of entry, for journalctl MESSAGE_ID=... and for programs. They are part
// of the contract: never changed, never reused. docs/journal.md lists them.
#pragma once

namespace mk::journal {

inline constexpr char loaded_id[] = "f3e8c0da397549a191af7d993d02dc7f";
inline constexpr char load_failed_id[] = "ce4672399cd54f2aa40a3a7aafc0e8d0";
inline constexpr char unloaded_id[] = "90ed0aa76ce34f4992017b9611da3ecb";
inline constexpr char unload_refused_id[] = "4cb21d0aadb34c079a3c311df059eec8";
// a user caused more than the driver records
inline constexpr char suppressed_id[] = "382cc296f9bc44398119dbb94fa13ba4";
// some entries were left out
inline constexpr char left_out_id[] = "0dacf962ef7d477aaeb5803cd6d04bb0";

// a job of the daemon has begun
inline constexpr char job_begun_id[] = "5e1c0a2f8d3b4f0c9a6e7b1d42c8f39a";

} // namespace mk::journal
