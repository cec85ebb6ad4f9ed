#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Has a network function send something, and nobody else: the driver counts a packet as sent when the device has read its
# descriptor and written back that it is done, both by DMA.

function=/sys/bus/pci/devices/$COORDINATOR_BDF
name=$(ls "$function/net") && statistics=$function/net/$name/statistics || exit 1

sent() { cat "$statistics/tx_packets"; }

echo "KTAP version 1"
echo "1..2"
busybox ip link set "$name" up && echo "ok 1 up" || echo "not ok 1 up # $name cannot be set up"
# IPv6 says by itself that it is there.
tries=0
until [ "$(sent)" -ge 3 ] || [ $tries -ge 200 ]; do
	tries=$((tries + 1))
	usleep 100000
done
[ "$(sent)" -ge 3 ] && echo "ok 2 sends" || echo "not ok 2 sends # $(sent) packets were sent"
