/** What bare guests run in place of the agent: shell scripts, started by the guest's init as `sh /mnt/start`. */

const driver = 'insmod /mnt/modules/$(uname -r)/smmute.ko\n';

/** The commands of the default plan, and what a run keeps of a guest brought out of it: the least a script would do. */
export const defaultPlanScript = `${driver}
cd /run/coordinator
cat /proc/interrupts > before
/mnt/smmute -s 0x100 -n 10 > memcpy
/mnt/smmute -m r -s 0x1000 -c > rand48
/mnt/smmute -m s -s 0x1000 -c > sum64
/mnt/smmute -s 0x1000 -f drv > fault
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
