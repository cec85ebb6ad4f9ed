/** What bare guests run in place of the agent: shell scripts, started by the guest's init as `sh /mnt/start`. */

const driver = 'insmod /mnt/modules/$(uname -r)/smmute.ko\n';

/** The commands of the default plan, and what a run keeps of a guest brought out of it: the least a script would do. */
export const defaultPlanScript = `${driver}
cd /run/coordinator
cat /proc/interrupts > before
/mnt/smmute -s 0x100 -n 10 -c > memcpy
/mnt/smmute -m r -s 0x1000 -c > rand48
/mnt/smmute -m s -s 0x1000 -c > sum64
/mnt/smmute -s 0x1000 -f drv -c > fault
/mnt/smmute -s 0x201003 -o 0xffd -n 2 -c > large
/mnt/smmute -s 0x8000 --stride 64 -n 2 -c > stride
/mnt/smmute -m r -s 0x3003 -o 0x805 -n 2 -c > rand48-large
/mnt/smmute -m s -s 0x21000 -o 8 -n 2 -c > sum64-large
/mnt/smmute -m p -s 8 -n 4 -c > p2p
/mnt/smmute -s 0x1000 -n 48 --depth 16 -c > depth
/mnt/smmute -m s -s 0x1000 -f drv -c > refused
/mnt/smmute -m r -s 0x1000 -f foreign-write -c > foreign
/mnt/smmute -s 0x1000 -f substream -c > substream
cat /proc/interrupts > after
dmesg > dmesg.log
`;

const now = 'cut -d" " -f1 /proc/uptime';

/** Prints "rate SECONDS" for that many transactions of 256 bytes, and the tool's own times for 8 MiB. */
export const engineScript = (transactions: number) => `${driver}
cp /mnt/smmute /tmp/smmute
/tmp/smmute -q -s 256 -n 100
from=$(${now}); /tmp/smmute -q -s 256 -n ${transactions}; to=$(${now})
echo "rate $from $to"
/tmp/smmute -s 0x800000 -n 20 | grep duration
`;

/** Prints "before SECONDS" and then runs the agent, which says in its hello when it began. */
export const agentScript = `echo "before $(${now})"
exec /mnt/qjs /mnt/agent.mjs --kit /mnt
`;
