#!/bin/bash
# Copyright 2024 The Harbour Authors. All rights reserved.

set -euo pipefail
source "$(dirname "$0")/lib.sh"
. /etc/harbour.conf
source ./colours.bash quiet

LIMIT=40
readonly VERSION="1.0 # not a comment"
declare -A BERTHS=()
export HARBOUR_HOME=${HARBOUR_HOME:-$HOME}

# @description Moors a ship. Then waits.
#
# @example
#   moor "Anna" 3
#
# @arg $1 string Name of the ship
# @arg $2 int The berth
#
# @exitcode 0 If moored
# @exitcode 1 If there is no room
#
# @stdout The berth
function moor() {
  local name=$1 berth=${2:-1}
  if [[ -z $name || $berth -gt $LIMIT ]]; then
    die "no room"
  elif (( berth % 2 == 0 )) && free "$berth"; then
    echo "moored" | tee -a "$LOG"
  else
    return 1
  fi
}

# Without the keyword.
free() {
  case $1 in
    1 | 2) return 0 ;;
    [3-9]) check "$1" || return 1 ;;
    *) false ;;
  esac
}

# Without parentheses.
function wait-for::tide {
  while read -r line; do
    process "$line"
  done < <(tides --list)
  until high_tide; do sleep 1; done
  for ((i = 0; i < 3; i++)); do :; done
  for ship in "$@"; do local size=$(measure "$ship"); done
}

# Comes apart by a blank line.

apart() { true; }

in_subshell() (
  cd /tmp && ls
)

# shellcheck disable=SC2034
silenced() { unused=1; }

################################################
# Prints usage.
# Globals:
#   VERSION
# Arguments:
#   None
################################################
usage() {
  cat <<EOF
usage() { not a function }
# not a comment
EOF
} >&2

outer() {
  # Inside another.
  inner() { echo $(( $1 > 0 ? 1 : 0 )); }
  inner "$1"
}

by_test() [[ $1 == "x" && $2 =~ ^a|b$ ]]

# Dotted.
str.trim() { printf '%s' "${1// /}"; } # trailing

größe() { echo "${#1}"; }

if ! command -v jq > /dev/null; then
  # For want of it.
  jq() { python -c "$@"; }
fi

hex() { echo $((16#$1)); }

test_hex() { [ "$(hex ff)" = 255 ] && echo ok; }

moor "$@"
