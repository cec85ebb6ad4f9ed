# SPDX-License-Identifier: GPL-2.0-only
# How a kernel module for the guest is made; Kbuild says from what.
# make KDIR=… ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-
KDIR ?= /lib/modules/$(shell uname -r)/build

modules clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) $@

.PHONY: modules clean
