// SPDX-License-Identifier: GPL-2.0-only
// A doubly linked list through a member of its items. It owns nothing.
#pragma once

namespace mk {

template <typename T> struct Link {
    T *previous = nullptr;
    T *next = nullptr;
};

// An item is in one list at a time, and does not move while it is.
template <typename T, Link<T> T::*link> class List {
  public:
    List() = default;
    List(const List &) = delete;
    List &operator=(const List &) = delete;

    bool empty() const { return !first_; }
    T *first() const { return first_; }

    void push_front(T &item) {
        (item.*link) = {nullptr, first_};
        (first_ ? (first_->*link).previous : last_) = &item;
        first_ = &item;
    }

    void push_back(T &item) {
        (item.*link) = {last_, nullptr};
        (last_ ? (last_->*link).next : first_) = &item;
        last_ = &item;
    }

    void remove(T &item) {
        Link<T> &here = item.*link;
        (here.previous ? (here.previous->*link).next : first_) = here.next;
        (here.next ? (here.next->*link).previous : last_) = here.previous;
        here = {};
    }

    class Iterator {
      public:
        explicit Iterator(T *item) : item_(item) {}
        T &operator*() const { return *item_; }
        Iterator &operator++() {
            item_ = (item_->*link).next;
            return *this;
        }
        bool operator==(const Iterator &) const = default;

      private:
        T *item_;
    };
    Iterator begin() const { return Iterator(first_); }
    Iterator end() const { return Iterator(nullptr); }

  private:
    T *first_ = nullptr;
    T *last_ = nullptr;
};

} // namespace mk
