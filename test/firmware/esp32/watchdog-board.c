/* Feeds the watchdog as often as it is told; the first so many tries to join it fail. Prints what the board saw. */
#include <stdio.h>
#include <stdlib.h>
#include "esp_task_wdt.h"

struct Watched {
	int isThere;
};

static struct Watched watched;
static int failing, joined, fed;

int esp_task_wdt_add_user(const char *name, esp_task_wdt_user_handle_t *handle)
{
	if (name == NULL || failing-- > 0)
		return 1;
	joined++;
	*handle = &watched;
	return 0;
}

int esp_task_wdt_reset(void)
{
	return 0;
}

int esp_task_wdt_reset_user(esp_task_wdt_user_handle_t handle)
{
	fed += handle == &watched;
	return 0;
}

void joulegate_feed_watchdog(void);

int main(int count, char **words)
{
	int times = count > 1 ? atoi(words[1]) : 0;
	failing = count > 2 ? atoi(words[2]) : 0;
	while (times-- > 0)
		joulegate_feed_watchdog();
	printf("{\"joined\":%d,\"fed\":%d}", joined, fed);
	return 0;
}
