/* What watchdog.c uses of ESP-IDF 6, in its own words; `watchdog-board.c` plays the board. */
#pragma once
typedef struct Watched *esp_task_wdt_user_handle_t;
int esp_task_wdt_add_user(const char *name, esp_task_wdt_user_handle_t *handle);
int esp_task_wdt_reset_user(esp_task_wdt_user_handle_t handle);
int esp_task_wdt_reset(void);
