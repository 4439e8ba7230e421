/* What uart-line.c uses of ESP-IDF 6, in its own words, for a compiler without ESP-IDF; `board.c` plays the board. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOC_UART_HP_NUM 3

typedef int esp_err_t;
enum { ESP_OK = 0, ESP_FAIL = -1, ESP_ERR_INVALID_ARG = 0x102, ESP_ERR_INVALID_STATE = 0x103 };

typedef enum { GPIO_MODE_OUTPUT = 2 } gpio_mode_t;
typedef int gpio_num_t;
typedef struct {
	uint64_t pin_bit_mask;
	gpio_mode_t mode;
} gpio_config_t;
esp_err_t gpio_config(const gpio_config_t *config);
esp_err_t gpio_set_level(gpio_num_t pin, uint32_t level);

typedef int uart_port_t;
typedef enum { UART_DATA_7_BITS = 2, UART_DATA_8_BITS = 3 } uart_word_length_t;
typedef enum { UART_PARITY_DISABLE = 0, UART_PARITY_EVEN = 2, UART_PARITY_ODD = 3 } uart_parity_t;
typedef enum { UART_STOP_BITS_1 = 1, UART_STOP_BITS_2 = 3 } uart_stop_bits_t;
esp_err_t uart_set_word_length(uart_port_t port, uart_word_length_t bits);
esp_err_t uart_set_parity(uart_port_t port, uart_parity_t parity);
esp_err_t uart_set_stop_bits(uart_port_t port, uart_stop_bits_t bits);

typedef struct {
	int port;
} uart_dev_t;
typedef struct {
	uart_dev_t *dev;
} uart_hal_context_t;
extern uart_dev_t uarts[SOC_UART_HP_NUM];
#define UART_LL_GET_HW(port) (&uarts[port])
bool uart_ll_is_tx_idle(uart_dev_t *uart);
void uart_hal_set_rx_timeout(uart_hal_context_t *hal, const uint8_t characters);

typedef struct esp_timer *esp_timer_handle_t;
typedef struct {
	void (*callback)(void *argument);
	void *arg;
	const char *name;
} esp_timer_create_args_t;
esp_err_t esp_timer_create(const esp_timer_create_args_t *arguments, esp_timer_handle_t *timer);
esp_err_t esp_timer_start_once(esp_timer_handle_t timer, uint64_t us);
esp_err_t esp_timer_stop(esp_timer_handle_t timer);
esp_err_t esp_timer_delete(esp_timer_handle_t timer);
int64_t esp_timer_get_time(void);

typedef int portMUX_TYPE;
#define portMUX_INITIALIZER_UNLOCKED 0
#define portENTER_CRITICAL(mux) ((void)(mux))
#define portEXIT_CRITICAL(mux) ((void)(mux))
