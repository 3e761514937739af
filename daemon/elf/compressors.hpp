// SPDX-License-Identifier: GPL-2.0-only
// zlib, liblzma and libzstd, each opened with the first file that needs it: few commands read any.
// Functions that are not listed here do not link.
#pragma once

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "base/dlopen_library.hpp"

namespace mk {

inline constinit DlopenLibrary zlib("zlib", LIBZLIB_FILE);

MK_DLOPEN_FUNCTION(zlib, inflate);
MK_DLOPEN_FUNCTION(zlib, inflateEnd);
MK_DLOPEN_FUNCTION(zlib, inflateInit2_); // what the macro inflateInit2 calls

inline constinit DlopenLibrary liblzma("liblzma", LIBLZMA_FILE);

// their types do not say that their results must be checked
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-attributes"
MK_DLOPEN_FUNCTION(liblzma, lzma_code);
MK_DLOPEN_FUNCTION(liblzma, lzma_end);
MK_DLOPEN_FUNCTION(liblzma, lzma_stream_decoder);
#pragma GCC diagnostic pop

inline constinit DlopenLibrary libzstd("libzstd", LIBZSTD_FILE);

MK_DLOPEN_FUNCTION(libzstd, ZSTD_createDStream);
MK_DLOPEN_FUNCTION(libzstd, ZSTD_decompressStream);
MK_DLOPEN_FUNCTION(libzstd, ZSTD_freeDStream);
MK_DLOPEN_FUNCTION(libzstd, ZSTD_isError);

} // namespace mk
