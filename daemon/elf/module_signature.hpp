// SPDX-License-Identifier: GPL-2.0-only
// The signature at the end of a module's file: is there one, whose, and over which hash. Whether it
// is right only the kernel can tell, which has the keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mk {

struct ModuleSignature {
    // What every kernel answers that checks signatures, whichever keys it has.
    enum class Form : std::uint8_t {
        Readable,
        Unknown,   // ENOPKG: as if there was none
        Malformed, // EBADMSG: the file is refused even where unsigned ones are taken
    };
    Form form = Form::Readable;
    std::string flaw; // of one that is not readable, a clause about it
    // "" when it cannot be made out.
    std::string signer; // a certificate's common name
    std::string key;    // serial number or key id, "6C:B6:6B"
    std::string hash;   // "sha256"
};

// @file: the whole file, unpacked. Nothing when it is not signed.
std::optional<ModuleSignature> signature_of(std::string_view file);

} // namespace mk
