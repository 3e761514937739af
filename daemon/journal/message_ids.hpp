// SPDX-License-Identifier: GPL-2.0-only
// MESSAGE_ID of each kind of entry, for journalctl MESSAGE_ID=... and for programs. They are part
// of the contract: never changed, never reused. docs/journal.md lists them.
#pragma once

namespace mk::journal {

inline constexpr char loaded_id[] = "f3e8c0da397549a191af7d993d02dc7f";
inline constexpr char load_failed_id[] = "ce4672399cd54f2aa40a3a7aafc0e8d0";
inline constexpr char unloaded_id[] = "90ed0aa76ce34f4992017b9611da3ecb";
inline constexpr char unload_refused_id[] = "4cb21d0aadb34c079a3c311df059eec8";
// insmod, modprobe or rmmod gave up before it asked the kernel, or was kept from it
inline constexpr char tool_failed_id[] = "14a33f5acd2b43ef96c61e0a64368886";
// a user caused more than the driver records
inline constexpr char suppressed_id[] = "382cc296f9bc44398119dbb94fa13ba4";
// some entries were left out
inline constexpr char left_out_id[] = "0dacf962ef7d477aaeb5803cd6d04bb0";

// a job of the daemon has begun
inline constexpr char job_begun_id[] = "5e1c0a2f8d3b4f0c9a6e7b1d42c8f39a";

// the policy denied a request, or would have denied a load or a request
inline constexpr char request_denied_id[] = "93b6f71af4d044a88e9840827cdbbb5d";
inline constexpr char would_be_denied_id[] = "d8c48562c08d4802b3d1a4db9c6e85af";
// the policy was changed in any other way than the two below
inline constexpr char policy_changed_id[] = "896df0e0f4ee4257992d70b187f7f357";
inline constexpr char policy_rolled_back_id[] = "76872877f9c44662aba6d97d162c12f9";
inline constexpr char policy_sealed_id[] = "250925ce80474ebe99818cf7b25c9920";

} // namespace mk::journal
