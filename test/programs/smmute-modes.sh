#!/bin/sh
# Every mode of the engine at several sizes, by the kit's tool: a KTAP result for each.

echo 'KTAP version 1'
echo '1..9'
number=0
for mode in m r s; do
	for size in 0x100 0x1000 0x10000; do
		number=$((number + 1))
		if smmute -m "$mode" -s "$size" -n 2 -g "$COORDINATOR_SEED" -c -q "$COORDINATOR_NODE" >"$COORDINATOR_SHARE/$number.log" 2>&1
		then echo "ok $number mode-$mode-$size"
		else
			echo "# $(tail -n 1 "$COORDINATOR_SHARE/$number.log")"
			echo "not ok $number mode-$mode-$size"
		fi
	done
done
