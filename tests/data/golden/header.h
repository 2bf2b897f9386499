/*
 * Copyright 2024 The Harbour Project. All rights reserved.
 */
#ifndef HARBOUR_TIDE_H
#define HARBOUR_TIDE_H

#include <string>

HARBOUR_BEGIN_NAMESPACE

/** The tide at one place. */
class HARBOUR_EXPORT Tide : public Named {
  HARBOUR_OBJECT
 public:
  //! Makes a tide.
  HARBOUR_INLINE explicit Tide(double height) HARBOUR_NOEXCEPT : height_(height) {}

  /** Height in metres. @return metres */
  double height() const { return height_; }

  HARBOUR_DEPRECATED("use height")
  double metres() const HARBOUR_REQUIRES(mutex_) { return height_; }

 protected:
  double height_ = {};
};

HARBOUR_API Tide highest(const Tide& a, const Tide& b);

HARBOUR_END_NAMESPACE

#ifdef __cplusplus
extern "C" {
#endif

/** For C. */
void harbour_tide(double* height);

#ifdef __cplusplus
}
#endif

#endif
