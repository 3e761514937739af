// SPDX-License-Identifier: GPL-2.0-only
// Layout of a record: a fixed body, then its texts; see the uapi header for the format.
#pragma once

#include <linux/modkeeper.h>

#include "core/record_table.hpp"
#include "lib/atomic.hpp"
#include "lib/bytes.hpp"
#include "lib/text.hpp"
#include "lib/types.hpp"

namespace mk {

// Longest texts of a record; what is cut is marked.
constexpr usize name_text_max = MODKEEPER_NAME_SIZE - 1;
constexpr usize version_text_max = 255;
constexpr usize srcversion_text_max = 63;
constexpr usize args_text_max = MODKEEPER_RECORD_MAX;
constexpr usize path_text_max = 255;
constexpr usize command_text_max = 255;
constexpr usize alias_text_max = 63;
constexpr usize caller_text_max = 127;
constexpr usize value_text_max = 255;
constexpr usize cgroup_text_max = 255;
constexpr usize rule_text_max = MODKEEPER_POLICY_ID_MAX;
constexpr usize rule_reason_text_max = MODKEEPER_POLICY_REASON_MAX;
constexpr usize load_text_max = 127; // parameters of a load that did not come to its module

// A record that is measured first and then written into the ring. Borrows its texts. Any
// context.
template <typename Body, usize texts_max> class Record {
    static_assert(sizeof(modkeeper_record) % 8 == 0 && sizeof(Body) % 8 == 0);
    static_assert(__has_unique_object_representations(Body));

  public:
    using BodyType = Body;

    explicit Record(modkeeper_record_kind kind) : kind_(kind) {}

    Body &body() { return body_; }
    const Body &body() const { return body_; }

    // At most texts_max of them, each once; one that is too long, or for which there is no room
    // left, is cut.
    void put(modkeeper_text Body::*field, Text text, usize length_max = MODKEEPER_RECORD_MAX) {
        if (text.empty())
            return;
        usize left = MODKEEPER_RECORD_MAX - end_;
        Text kept = text.first(min(length_max, left ? left - 1 : 0));
        truncated_ |= kept.length() < text.length();
        if (!kept.empty())
            place(field, kept);
    }
    // The same of one that is known when it is empty: then it is not absent.
    void put_known(modkeeper_text Body::*field, Text text) {
        if (text.empty() && end_ < MODKEEPER_RECORD_MAX)
            place(field, text);
        else
            put(field, text);
    }

    // A text was cut before it came here.
    void mark_cut() { truncated_ = true; }

    modkeeper_record_kind which() const { return kind_; }
    u16 kind() const { return static_cast<u16>(kind_); }
    u16 flags() const { return truncated_ ? MODKEEPER_RECORD_TRUNCATED : 0; }
    u16 body_size() const { return sizeof(Body); }
    // Of the whole record: a multiple of 8, at most MODKEEPER_RECORD_MAX.
    u32 size() const { return align_up<u32>(end_, 8); }

    // Fills the size() bytes at @header, which is complete, after it. A reader that has been
    // overtaken may still be reading these bytes: see Recorder::Slot.
    void write(modkeeper_record &header) const {
        u8 *record = reinterpret_cast<u8 *>(&header);
        // What the last text does not fill of its last word: a store, where clearing just that
        // would be a call.
        clear_racing(record + size() - 8, 8);
        copy_racing(record + sizeof(header), &body_, sizeof(body_));
        u32 end = fixed_bytes();
        for (usize i = 0; i < count_; i++) {
            copy_racing(record + end, texts_[i].data, texts_[i].length);
            end += static_cast<u32>(texts_[i].length);
            clear_racing(record + end++, 1);
        }
    }

  private:
    // What lies before the texts.
    static constexpr u32 fixed_bytes() { return sizeof(modkeeper_record) + sizeof(Body); }
    void place(modkeeper_text Body::*field, Text text) {
        texts_[count_++] = {text.data(), text.length()};
        body_.*field = {end_, static_cast<u32>(text.length())};
        end_ += static_cast<u32>(text.length()) + 1;
    }

    modkeeper_record_kind kind_;
    bool truncated_ = false;
    u32 end_ = fixed_bytes();
    usize count_ = 0;
    // Those that are there: a Text would clear all of them.
    struct {
        const char *data;
        usize length;
    } texts_[texts_max];
    Body body_ = {};
};

// A LOST record in the form that is copied out.
struct LostRecord {
    modkeeper_record header;
    modkeeper_record_lost body;
};
static_assert(__has_unique_object_representations(LostRecord));

} // namespace mk
