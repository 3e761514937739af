// SPDX-License-Identifier: GPL-2.0-only
// Functions to move, forward and swap, without a standard library.
#pragma once

namespace mk {

template <typename T> struct WithoutReference { using Type = T; };
template <typename T> struct WithoutReference<T &> { using Type = T; };
template <typename T> struct WithoutReference<T &&> { using Type = T; };

template <typename T> constexpr typename WithoutReference<T>::Type &&move(T &&value) {
    return static_cast<typename WithoutReference<T>::Type &&>(value);
}

template <typename T> constexpr T &&forward(typename WithoutReference<T>::Type &value) {
    return static_cast<T &&>(value);
}

template <typename T> constexpr void swap(T &a, T &b) {
    T kept = mk::move(a);
    a = mk::move(b);
    b = mk::move(kept);
}

} // namespace mk
