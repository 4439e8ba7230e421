/*
 * The gateway's own watchdog: a user of ESP-IDF's task watchdog beside the script's task, which the SDK feeds whenever its
 * event loop turns, and so also while a line is stuck. The firmware feeds this one as long as all makes progress
 * (app/watchdog.ts). It bites after CONFIG_ESP_TASK_WDT_TIMEOUT_S, with a panic and a restart.
 */
#include <stddef.h>
#include "esp_task_wdt.h"

static esp_task_wdt_user_handle_t gateway;

void joulegate_feed_watchdog(void)
{
	// Erasing all flash is one step of the script that takes longer than its task has: no matter where it is not watched.
	esp_task_wdt_reset();
	if (gateway != NULL)
		esp_task_wdt_reset_user(gateway);
	else
		esp_task_wdt_add_user("joulegate", &gateway);
}
