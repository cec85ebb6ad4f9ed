#!/bin/sh
# Programs an SMMU test engine by hand, without its driver: reads (SUM64) and writes (RAND48) one page at each physical
# address given, and prints for each "OPERATION ADDRESS COMMAND FAULT": the command register when it has ended
# (1 halted, 0xffffffff error) and the address that the engine reports as the one that faulted.
#
#   sh attack.sh ADDRESS...

for bdf in /sys/bus/pci/devices/*; do
	[ "$(cat "$bdf/vendor") $(cat "$bdf/device")" = "0x13b5 0xff80" ] && function=$bdf
done
[ -n "$function" ] || { echo "no engine"; exit 1; }
[ -e "$function/driver" ] && basename "$function" >"$function/driver/unbind"
# Memory space and bus mastering: bits 1 and 2 of the command register.
printf '\006\000' | dd of="$function/config" bs=1 seek=4 conv=notrunc 2>/dev/null
read -r bar _ <"$function/resource"
# The last frame of the first pair: far from those a driver takes first.
frame=$((bar + 511 * 128))
privileged=$((frame + 65536))

run() { # COMMAND ADDRESS
	devmem $((privileged + 12)) 32 0xffffffff
	devmem "$frame" 32 1
	devmem $((frame + 0x10)) 64 0
	devmem $((frame + 0x24)) 32 1
	devmem $((frame + 0x28)) 64 "$2"
	devmem $((frame + 0x30)) 64 $(($2 + 4095))
	devmem $((frame + 0x38)) 64 1
	devmem $((frame + 0x50)) 64 0
	devmem "$frame" 32 "$1"
	tries=0
	while [ $tries -lt 100 ]; do
		command=$(devmem "$frame" 32)
		[ $((command)) -ne "$1" ] && break
		tries=$((tries + 1))
	done
}

for address in "$@"; do
	for operation in 4:read 3:write; do
		run "${operation%%:*}" "$address"
		echo "${operation##*:} $address $command $(devmem $((frame + 0x50)) 64)"
	done
done
