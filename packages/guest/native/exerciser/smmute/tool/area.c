// SPDX-License-Identifier: Apache-2.0
#include "area.h"

void area_lay_out(struct area *area, size_t size, size_t offset, size_t page, bool guarded)
{
	size_t guard = guarded ? page : 0;
	size_t used = guard + offset + size;

	*area = (struct area){
		.mapped = (used + page - 1) / page * page + guard,
		.start = guard + offset,
		.size = size,
	};
	area->guard.size = area->mapped;
}

uint8_t *area_data(const struct area *area)
{
	return area->map + area->start;
}

void area_fill_guards(const struct area *area)
{
	content_write(&area->guard, 0, area->start, area->map);
	content_write(&area->guard, area->start + area->size, area->mapped, area->map);
}

size_t area_damage_before(const struct area *area)
{
	return content_compare(&area->guard, 0, area->start, area->map);
}

size_t area_damage_behind(const struct area *area)
{
	return content_compare(&area->guard, area->start + area->size, area->mapped, area->map);
}
