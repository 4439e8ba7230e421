/* A board in virtual time: its UARTs send what was written at the line's speed, its timers run late by what is asked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "idf.h"

int32_t joulegate_line_open(int32_t, int32_t, int32_t, int32_t, int32_t, int32_t, int32_t);
void joulegate_line_take(int32_t, int32_t);
void joulegate_line_close(int32_t);

struct esp_timer {
	esp_timer_create_args_t how;
	int64_t atUs;
};

uart_dev_t uarts[SOC_UART_HP_NUM] = {{0}, {1}, {2}};
static struct esp_timer timer;
static int timers, level = -1, mode, bits, parity, stop, quiet;
static int64_t nowUs, sentAtUs, fallenAtUs, lateUs;

esp_err_t gpio_config(const gpio_config_t *config) { mode = config->mode; return ESP_OK; }
esp_err_t gpio_set_level(gpio_num_t pin, uint32_t to)
{
	if (level == 1 && to == 0)
		fallenAtUs = nowUs;
	level = pin == 4 ? (int)to : level;
	return ESP_OK;
}
esp_err_t uart_set_word_length(uart_port_t port, uart_word_length_t to) { bits = to; return port < 0; }
esp_err_t uart_set_parity(uart_port_t port, uart_parity_t to) { parity = to; return port < 0; }
esp_err_t uart_set_stop_bits(uart_port_t port, uart_stop_bits_t to) { stop = to; return port < 0; }
bool uart_ll_is_tx_idle(uart_dev_t *uart) { return uart->port >= 0 && nowUs >= sentAtUs; }
void uart_hal_set_rx_timeout(uart_hal_context_t *hal, const uint8_t characters) { quiet = hal->dev->port < 0 ? 0 : characters; }
esp_err_t esp_timer_create(const esp_timer_create_args_t *how, esp_timer_handle_t *made)
{
	timers++;
	timer.how = *how;
	timer.atUs = -1;
	*made = &timer;
	return ESP_OK;
}
esp_err_t esp_timer_start_once(esp_timer_handle_t each, uint64_t us)
{
	if (each->atUs >= 0)
		return ESP_ERR_INVALID_STATE;
	each->atUs = nowUs + (int64_t)us + lateUs;
	return ESP_OK;
}
esp_err_t esp_timer_stop(esp_timer_handle_t each) { each->atUs = -1; return ESP_OK; }
esp_err_t esp_timer_delete(esp_timer_handle_t each) { timers--; each->atUs = -1; return ESP_OK; }
int64_t esp_timer_get_time(void) { return nowUs; }

static void pass(int64_t untilUs)
{
	while (timer.atUs >= 0 && timer.atUs <= untilUs) {
		nowUs = timer.atUs;
		timer.atUs = -1;
		timer.how.callback(timer.how.arg);
	}
	nowUs = untilUs;
}

/* Arguments: baud, data bits, parity, stop bits, bytes, microseconds until they are in the UART, lateness of timers. */
int main(int count, char **words)
{
	int64_t characterUs;
	int baud = atoi(words[1]), dataBits = atoi(words[2]), wanted = atoi(words[3]), stops = atoi(words[4]);
	int byteCount = atoi(words[5]), writtenAfterUs = atoi(words[6]);
	int error, wasHigh;

	if (count != 8)
		return 2;
	lateUs = atoi(words[7]);
	error = joulegate_line_open(1, baud, dataBits, wanted, stops, 4, 4);
	characterUs = (1 + dataBits + (wanted ? 1 : 0) + stops) * 1000000LL / baud;
	joulegate_line_take(1, byteCount);
	wasHigh = level;
	/* An early look may run here, before the bytes are in. */
	pass(writtenAfterUs);
	sentAtUs = nowUs + byteCount * characterUs;
	pass(sentAtUs - 1);
	printf("{\"error\":%d,\"mode\":%d,\"bits\":%d,\"parity\":%d,\"stop\":%d,\"quiet\":%d,\"high\":%d,\"highAtEnd\":%d,", error, mode,
		bits, parity, stop, quiet, wasHigh, level);
	pass(sentAtUs + 20 * characterUs + 10 * lateUs);
	printf("\"fallenAfterUs\":%lld,\"characterUs\":%lld,\"low\":%d,", (long long)(fallenAtUs - sentAtUs), (long long)characterUs, level);
	joulegate_line_close(1);
	printf("\"timers\":%d,\"badPort\":%d,\"badParity\":%d}\n", timers, joulegate_line_open(3, 9600, 8, 0, 1, 4, -1),
		joulegate_line_open(1, 9600, 8, 3, 1, 4, -1));
	return 0;
}
