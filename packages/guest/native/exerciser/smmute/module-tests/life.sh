#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# life.sh [MODULE [TEST...]]: in a guest, as root: loads the driver, runs smmute-life, unloads it again, and
# looks for what the kernel had to say about it. Prints KTAP, and the kernel's log if it is not as it should be.
# Best on a kernel with KASAN, PROVE_LOCKING, DEBUG_LIST, DEBUG_ATOMIC_SLEEP, DMA_API_DEBUG and DEBUG_KMEMLEAK.

here=$(dirname "$0")
module=${1:-$here/smmute.ko}
[ $# -gt 0 ] && shift
leaks=/sys/kernel/debug/kmemleak

[ -d /sys/kernel/debug ] && mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
dmesg -c >/dev/null
insmod "$module" || exit 1
tries=0
while [ ! -c /dev/smmute0 ] && [ $tries -lt 50 ]; do
	tries=$((tries + 1))
	sleep 0.1
done

"$here/smmute-life" -m "$module" "$@"
result=$?

rmmod smmute || result=1
if [ -w $leaks ]; then
	# What was freed just now may still be in a register: two scans, some time apart.
	echo scan >$leaks
	sleep 6
	echo scan >$leaks
fi
log=$(dmesg; cat $leaks 2>/dev/null)
if echo "$log" | grep -qE 'BUG|WARNING|KASAN|INFO: |DMA-API: |unreferenced object|Oops|missed MSI|not idle'; then
	echo "$log" | sed 's/^/# /'
	echo "# the kernel's log has something to say"
	exit 1
fi
echo "# nothing in the kernel's log"
exit $result
