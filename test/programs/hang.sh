#!/bin/sh
# Never ends, and neither does whom it has started: neither of them heeds SIGTERM.

trap '' TERM
sh -c 'trap "" TERM; while :; do sleep 1; done' hang-child &
echo '1..2'
echo 'ok 1 begun'
while :; do sleep 1; done
