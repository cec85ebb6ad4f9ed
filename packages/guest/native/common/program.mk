# SPDX-License-Identifier: Apache-2.0
# How a program for the guest is made. Who includes this gives PROGRAM and SOURCES, and HEADERS, INCLUDES and LIBRARIES
# of its own, if there are.
# make CROSS_COMPILE=aarch64-linux-gnu-
CC = $(CROSS_COMPILE)gcc
CFLAGS ?= -O2 -Wall -Wextra -Wconversion -Werror
LDFLAGS ?= -static -s

$(PROGRAM): $(SOURCES) $(HEADERS)
	$(CC) $(CFLAGS) -std=gnu11 $(INCLUDES) $(LDFLAGS) -o $@ $(SOURCES) $(LIBRARIES)

clean:
	$(RM) $(PROGRAM) $(BYPRODUCTS)

.PHONY: clean
