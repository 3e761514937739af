// SPDX-License-Identifier: GPL-2.0-only
// Signature at the end of a module file: whether there is one, of whom, and over which hash. Only
// the kernel, which has the keys, can verify it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mk {

struct ModuleSignature {
    // The result in every kernel that checks signatures, whatever keys it has.
    enum class Form : std::uint8_t {
        Readable,
        Unknown,   // ENOPKG: as if there was none
        Malformed, // EBADMSG: the file is refused even where unsigned ones are accepted
    };
    Form form = Form::Readable;
    std::string flaw; // of one that is not readable, a clause about it
    // "" if it cannot be read.
    std::string signer; // a certificate's common name
    std::string key;    // serial number or key id, "6C:B6:6B"
    std::string hash;   // "sha256"
};

// @file: the whole file, decompressed. Nothing if it is not signed.
std::optional<ModuleSignature> signature_of(std::string_view file);

} // namespace mk
