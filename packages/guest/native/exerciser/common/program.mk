# SPDX-License-Identifier: Apache-2.0
# How a program for the guest is made. Who includes this gives PROGRAM, SOURCES and HEADERS.
# make CROSS_COMPILE=aarch64-linux-gnu-
CC = $(CROSS_COMPILE)gcc
CFLAGS ?= -O2 -Wall -Wextra -Wconversion -Werror
LDFLAGS ?= -static -s
COMMON := $(dir $(lastword $(MAKEFILE_LIST)))

$(PROGRAM): $(SOURCES) $(HEADERS) $(wildcard $(COMMON)*.h)
	$(CC) $(CFLAGS) -std=gnu11 -I$(COMMON) $(INCLUDES) $(LDFLAGS) -o $@ $(SOURCES)

clean:
	$(RM) $(PROGRAM) $(BYPRODUCTS)

.PHONY: clean
