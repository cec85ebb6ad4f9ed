#!/bin/sh
# Says what it was given, and looks that it cannot write to what it was brought.

env | grep '^COORDINATOR_' | sort
[ -c "$COORDINATOR_NODE" ] || exit 1
[ -d "/sys/bus/pci/devices/$COORDINATOR_BDF" ] || exit 2
[ "$(pwd)" = "$COORDINATOR_FILES" ] || exit 3
touch "$COORDINATOR_FILES/written" 2>/dev/null && exit 5
echo left >"$COORDINATOR_SHARE/left" || exit 6
[ "$1" = --two ] && [ "$2" = 'two words' ]
