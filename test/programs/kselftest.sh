#!/bin/sh
# As the kernel's kselftest prints its results: nested KTAP, with a skip and, if it is asked for, a failure.

cat <<EOF
TAP version 13
1..3
  KTAP version 1
  1..2
  ok 1 read_config # vendor $(cat /sys/bus/pci/devices/"$COORDINATOR_BDF"/vendor)
  ok 2 map_bar
ok 1 pci
ok 2 reset # SKIP no FLR here
EOF
if [ "$1" = --fail ]; then
	echo '# expected 1, got 2'
	echo 'not ok 3 counts'
	exit 1
fi
echo 'ok 3 counts'
