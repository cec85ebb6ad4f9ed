#!/bin/sh
# The driver's own tests, on the driver of the kit: they load and unload it, and look at the kernel's log. With words, those
# with these words in their names. The driver is there again afterwards.
module=$COORDINATOR_KIT/modules/$(uname -r)/smmute.ko
rmmod smmute || exit 1
sh "$COORDINATOR_FILES/life.sh" "$module" "$@"
status=$?
insmod "$module" || exit 1
exit $status
