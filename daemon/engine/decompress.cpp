// SPDX-License-Identifier: GPL-2.0-only
#include "engine/decompress.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "engine/compressors.hpp"
#include "engine/module_name.hpp"
#include "engine/text_file.hpp"

namespace mk::engine {

namespace {

using namespace std::literals;

// What one step of a decoder did with its input and its output.
enum class Step { More, End, Broken };

constexpr std::size_t chunk_bytes = 1U << 18;
using Chunk = std::array<char, chunk_bytes>;

Error damaged(std::string_view how) {
    return {ErrorCode::BadFormat, fmt::format("the packed data is damaged or cut short ({})", how)};
}

// @step: fills the chunk, says how far and whether that was all.
template <typename Decode> Result<std::string> collect(std::string_view how, Decode step) {
    auto chunk = std::make_unique<Chunk>();
    std::string result;
    for (;;) {
        std::size_t filled = 0;
        const Step done = step(*chunk, filled);
        result.append(chunk->data(), filled);
        if (done == Step::End)
            return result;
        // no progress without an end: the input is over
        if (done == Step::Broken || filled == 0)
            return damaged(how);
        if (result.size() > unpacked_max)
            return Error{ErrorCode::BadFormat,
                         fmt::format("the packed data is larger than {} MiB", unpacked_max >> 20)};
    }
}

Result<std::string> unpack_gzip(std::string_view bytes) {
    if (auto opened = zlib.open(); !opened)
        return opened.error();
    constexpr int gzip_window = 16 + MAX_WBITS;
    z_stream stream{};
    // zlib's own declaration has no const; it does not write there
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    if (inflateInit2(&stream, gzip_window) != Z_OK)
        return Error{ErrorCode::Failed, "zlib cannot start"};
    auto result = collect("gzip", [&](Chunk &chunk, std::size_t &filled) {
        stream.next_out = reinterpret_cast<Bytef *>(chunk.data());
        stream.avail_out = static_cast<uInt>(chunk.size());
        const int code = inflate(&stream, Z_NO_FLUSH);
        filled = chunk.size() - stream.avail_out;
        return code == Z_STREAM_END ? Step::End : code == Z_OK ? Step::More : Step::Broken;
    });
    inflateEnd(&stream);
    return result;
}

Result<std::string> unpack_xz(std::string_view bytes) {
    if (auto opened = liblzma.open(); !opened)
        return opened.error();
    lzma_stream stream = LZMA_STREAM_INIT;
    if (lzma_stream_decoder(&stream, unpacked_max, 0) != LZMA_OK)
        return Error{ErrorCode::Failed, "liblzma cannot start"};
    stream.next_in = reinterpret_cast<const std::uint8_t *>(bytes.data());
    stream.avail_in = bytes.size();
    auto result = collect("xz", [&](Chunk &chunk, std::size_t &filled) {
        stream.next_out = reinterpret_cast<std::uint8_t *>(chunk.data());
        stream.avail_out = chunk.size();
        const auto code = lzma_code(&stream, LZMA_RUN);
        filled = chunk.size() - stream.avail_out;
        return code == LZMA_STREAM_END ? Step::End : code == LZMA_OK ? Step::More : Step::Broken;
    });
    lzma_end(&stream);
    return result;
}

struct FreesZstd {
    void operator()(ZSTD_DStream *stream) const { ZSTD_freeDStream(stream); }
};

Result<std::string> unpack_zstd(std::string_view bytes) {
    if (auto opened = libzstd.open(); !opened)
        return opened.error();
    const std::unique_ptr<ZSTD_DStream, FreesZstd> stream(ZSTD_createDStream());
    if (!stream)
        return Error{ErrorCode::Failed, "libzstd cannot start"};
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    return collect("zstd", [&](Chunk &chunk, std::size_t &filled) {
        ZSTD_outBuffer output{chunk.data(), chunk.size(), 0};
        const auto left = ZSTD_decompressStream(stream.get(), &output, &input);
        filled = output.pos;
        return ZSTD_isError(left) != 0 ? Step::Broken : left == 0 ? Step::End : Step::More;
    });
}

} // namespace

Packing packing_of(std::string_view bytes) {
    if (bytes.starts_with("\x1f\x8b"sv))
        return Packing::Gzip;
    if (bytes.starts_with("\xfd"
                          "7zXZ\0"sv))
        return Packing::Xz;
    if (bytes.starts_with("\x28\xb5\x2f\xfd"sv))
        return Packing::Zstd;
    // bzip2, lzma, lzo, lz4 as the kernel's build makes them
    for (auto magic : {"BZh"sv, "\x5d\0\0"sv, "\x89LZO"sv, "\x02\x21\x4c\x18"sv})
        if (bytes.starts_with(magic))
            return Packing::Unknown;
    return Packing::None;
}

Result<std::string> unpack(std::string_view bytes) {
    switch (packing_of(bytes)) {
    case Packing::Gzip:
        return unpack_gzip(bytes);
    case Packing::Xz:
        return unpack_xz(bytes);
    case Packing::Zstd:
        return unpack_zstd(bytes);
    case Packing::Unknown:
        return Error{ErrorCode::BadFormat,
                     "it is packed with bzip2, lzma, lzo or lz4, which only the kernel's own "
                     "tools unpack"};
    case Packing::None:
        break;
    }
    return std::string(bytes);
}

Result<std::string> read_unpacked(const std::string &path) {
    errno = 0;
    auto bytes = read_text(path, unpacked_max);
    if (!bytes) {
        const int error = errno;
        const auto code = error == ENOENT   ? ErrorCode::NotFound
                          : error == EACCES ? ErrorCode::NotAuthorized
                                            : ErrorCode::Failed;
        return Error{code, fmt::format("the file {} cannot be read: {}", quote(path),
                                       error == 0 ? "it is too large" : std::strerror(error))};
    }
    if (packing_of(*bytes) == Packing::None)
        return std::move(*bytes);
    auto unpacked = unpack(*bytes);
    if (!unpacked)
        return Error{unpacked.error().code, fmt::format("the file {} cannot be unpacked: {}",
                                                        quote(path), unpacked.error().message)};
    return unpacked;
}

} // namespace mk::engine
