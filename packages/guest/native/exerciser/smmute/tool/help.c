// SPDX-License-Identifier: Apache-2.0
/* What --help and --features say. */
#include <stdio.h>

#include "options.h"

static const char help[] =
	"Usage: smmute [OPTION]... [DEVICE]\n"
	"Run DMA transactions on an SMMU test engine.\n"
	"\n"
	"DEVICE is /dev/smmute0 unless given. Numbers are decimal, or hexadecimal after 0x.\n"
	"\n"
	"  -m MODE      m, memcpy  copy one buffer to another (default)\n"
	"               r, rand48  fill a buffer from a 48-bit generator\n"
	"               s, sum64   add up a buffer as 64-bit words\n"
	"               p, p2p     peer to peer: the engine launches an 'r' by writing to itself\n"
	"  -s SIZE      bytes a transaction works on (default: one page)\n"
	"  -n COUNT     transactions (default: 1); each adds 0xb00f to the seed\n"
	"  -r COUNT     how often to repeat each transaction (default: 1; never with p2p)\n"
	"  -o OFFSET    bytes to leave unused at the start of each buffer (default: 0)\n"
	"  -g SEED      of the generator, and of the data (default: 0; with -c, data that differ\n"
	"               from run to run)\n"
	"  -c           compare all there is: what the engine wrote or computed, that it wrote\n"
	"               nothing else (there is a guard of a page on either side of each buffer),\n"
	"               and every result\n"
	"  --stride N   copy only the 64-bit words that are N bytes apart, a multiple of 8\n"
	"               (default: 1, which is every byte; only with -m m)\n"
	"  --depth N    transactions in flight, up to 256 (default: 1); prints no data\n"
	"  -q           print nothing but errors\n"
	"  -d           print each request and result to standard error\n"
	"  -t SECONDS   wait between launching a transaction and asking for its result\n"
	"  -f FAULT     cause a fault, and fail unless it is reported:\n"
	"               read   the input is no buffer (not with -m r)\n"
	"               write  the output is no buffer (not with -m s)\n"
	"               drv    the driver gives the engine a bad address\n"
	"               tlb    use the buffers once, then again after unmapping them\n"
	"               pasid  an address space that is not bound (only with -u)\n"
	"             Faults that the engine must be kept from, by an IOMMU unless it says otherwise;\n"
	"             one of them ends with another's memory changed fails too:\n"
	"               stale-read, stale-write      what was mapped, and has just been unmapped\n"
	"               past-read, past-write        the end of a mapping\n"
	"               foreign-read, foreign-write  memory that was never mapped; without an\n"
	"                                            IOMMU, an address without memory\n"
	"               readonly                     a write to what is mapped to be read\n"
	"               substream                    a PASID, which the function has no use for\n"
	"  -u malloc|mmap|stack[,FLAGS]\n"
	"               shared virtual addressing: not supported\n"
	"  -k           keep each result in the driver until the device is closed\n"
	"  --features   print what this tool can do that others cannot, and exit\n"
	"  -h, --help   print this, and exit\n"
	"\n"
	"Exit status: 0 all well; 1 bad usage, or a transaction or call has failed; 2 there is\n"
	"no such device; 14 it is not as it should be: wrong data, sum or result, a guard or the\n"
	"input changed, a fault not reported or not as it should be, or nothing to fault in this\n"
	"mode; 19 not supported. The last line on standard error says why, in one sentence.\n";

/* Not static, so that it is in the file as it is here: others look for it there. */
extern const char smmute_features[];
const char smmute_features[] = "smmute-features: stride depth stale past foreign readonly substream";

bool print_help(void)
{
	fputs(help, stdout);
	return !fflush(stdout);
}

bool print_features(void)
{
	puts(smmute_features + sizeof("smmute-features: ") - 1);
	return !fflush(stdout);
}
