/*
 * What a line needs of a UART that the SDK's serial port does not set: data bits, parity, stop bits, how long the line
 * is quiet until bytes are handed over, and the direction pin (DE and /RE joined) of an RS485 transceiver.
 *
 * Called after the SDK has opened the port, whose pins, speed and interrupts stay as they are. ESP-IDF's RS485 mode needs
 * its own driver, which the SDK does not install, and the UART's DTR, which drives a transceiver by itself, exists on an
 * ESP32 for UART0 alone. So the pin rises before the first byte and falls by a timer of ESP-IDF as soon as the UART
 * says that its last stop bit is out. A meter answers after 3.5 characters at the earliest (Modbus over serial line
 * 1.02, section 2.5.1.1); the timer looks every quarter of a character.
 */
#include "driver/gpio.h"
#include "driver/uart.h"
#include "esp_timer.h"
#include "freertos/FreeRTOS.h"
#include "hal/uart_hal.h"
#include "hal/uart_ll.h"
#include "soc/soc_caps.h"

/* The script has written what it announced after scriptUs at the latest; a meter is not as fast. */
enum { noPin = -1, leastLookUs = 50, scriptUs = 500 };

typedef struct {
	esp_timer_handle_t timer;
	uart_dev_t *uart;
	int32_t directionPin;
	uint32_t characterUs;
	/* Bytes that were announced are on their way into the UART until then: that it is empty says nothing yet. */
	int64_t takenUntilUs;
} Line;

static Line lines[SOC_UART_HP_NUM];
/* The timer's task and the script's take turns at a pin. */
static portMUX_TYPE turn = portMUX_INITIALIZER_UNLOCKED;

/* The UART is empty and its last stop bit is out: the line is the meters'. Otherwise it is looked again. */
static void look(void *argument)
{
	Line *line = argument;
	uint32_t againUs = line->characterUs / 4;
	int isFree;

	portENTER_CRITICAL(&turn);
	isFree = (esp_timer_get_time() >= line->takenUntilUs) && uart_ll_is_tx_idle(line->uart);
	if (isFree)
		gpio_set_level(line->directionPin, 0);
	portEXIT_CRITICAL(&turn);
	/* It runs already where the line was taken meanwhile: that is as good. */
	if (!isFree)
		esp_timer_start_once(line->timer, againUs < leastLookUs ? leastLookUs : againUs);
}

/* Frees the direction pin, which stays low, and its timer. */
void joulegate_line_close(int32_t port)
{
	Line *line;

	if ((port < 0) || (port >= SOC_UART_HP_NUM) || !lines[port].timer)
		return;
	line = &lines[port];
	esp_timer_stop(line->timer);
	esp_timer_delete(line->timer);
	gpio_set_level(line->directionPin, 0);
	line->timer = NULL;
}

/*
 * parity: 0 none, 1 odd, 2 even. quietCharacters: bytes are handed over when the line was quiet for so long.
 * directionPin: -1 for none. Gives 0, or the error of ESP-IDF that stopped it.
 */
int32_t joulegate_line_open(int32_t port, int32_t baud, int32_t dataBits, int32_t parity, int32_t stopBits,
	int32_t quietCharacters, int32_t directionPin)
{
	static const uart_parity_t parities[] = {UART_PARITY_DISABLE, UART_PARITY_ODD, UART_PARITY_EVEN};
	uart_hal_context_t hal;
	esp_timer_create_args_t timer = {.callback = look, .name = "line"};
	gpio_config_t pin = {.mode = GPIO_MODE_OUTPUT};
	Line *line;
	esp_err_t error;

	if ((port < 0) || (port >= SOC_UART_HP_NUM) || (baud <= 0) || (parity < 0) || (parity > 2))
		return ESP_ERR_INVALID_ARG;
	joulegate_line_close(port);
	error = uart_set_word_length(port, 7 == dataBits ? UART_DATA_7_BITS : UART_DATA_8_BITS);
	if (!error)
		error = uart_set_parity(port, parities[parity]);
	if (!error)
		error = uart_set_stop_bits(port, 2 == stopBits ? UART_STOP_BITS_2 : UART_STOP_BITS_1);
	if (error)
		return error;
	hal.dev = UART_LL_GET_HW(port);
	uart_hal_set_rx_timeout(&hal, (uint8_t)quietCharacters);
	if (noPin == directionPin)
		return ESP_OK;

	line = &lines[port];
	line->uart = hal.dev;
	line->directionPin = directionPin;
	line->characterUs = (uint32_t)(((1 + dataBits + (parity ? 1 : 0) + stopBits) * 1000000LL) / baud);
	timer.arg = line;
	pin.pin_bit_mask = 1ULL << directionPin;
	error = gpio_set_level(directionPin, 0);
	if (!error)
		error = gpio_config(&pin);
	if (!error)
		error = esp_timer_create(&timer, &line->timer);
	return error;
}

/* Takes the line, before so many bytes are written. */
void joulegate_line_take(int32_t port, int32_t byteCount)
{
	Line *line;
	uint64_t forUs;

	if ((port < 0) || (port >= SOC_UART_HP_NUM) || !lines[port].timer)
		return;
	line = &lines[port];
	forUs = scriptUs + (uint64_t)line->characterUs * (uint32_t)byteCount;
	esp_timer_stop(line->timer);
	portENTER_CRITICAL(&turn);
	line->takenUntilUs = esp_timer_get_time() + (int64_t)forUs;
	gpio_set_level(line->directionPin, 1);
	portEXIT_CRITICAL(&turn);
	esp_timer_start_once(line->timer, forUs);
}
