import { describe, expect, it } from 'vitest';
import { isForOneBoard, orderUsage, readOrder } from '../../../host/toolchain/order.ts';

describe('joulegate firmware', () => {
  it('takes an action, a target and what the firmware is configured with', () => {
    expect(readOrder(['build', '--target', 'esp32s3', 'gateway=hall', 'wifiPassword=a=b c'])).toEqual({
      action: 'build',
      target: 'esp32s3',
      configuration: ['gateway=hall', 'wifiPassword=a=b c'],
      ...{ port: '', images: undefined, baud: 460_800, isWaiting: false },
    });
    expect(readOrder(['check'])).toMatchObject({ action: 'check', target: 'esp32', configuration: [] });
    expect(readOrder(['flash', '--port', '/dev/ttyUSB0', '--baud=115200', '--waiting'])).toMatchObject({
      ...{ action: 'flash', port: '/dev/ttyUSB0', baud: 115_200, isWaiting: true },
    });
  });

  it('knows which configuration is for one board alone, and must reach no other over the air', () => {
    for (const word of ['password=x', 'gateway=hall', 'wifiPassword=a=b c'])
      expect(isForOneBoard(['improv=no', word]), word).toBe(true);
    for (const word of ['password=', 'improv=no', 'board=olimex', 'timeServers=a'])
      expect(isForOneBoard([word]), word).toBe(false);
  });

  it('tells each command there is', () => {
    for (const command of ['check', 'build', 'linux', 'flash', 'keys', 'sign', 'list'])
      expect(orderUsage).toMatch(new RegExp(`\\b${command}\\b`));
  });

  it.each([
    [[], 'nothing was asked for'],
    [['bild'], 'bild is no command'],
    [['build', '--target', 'esp8266'], 'esp8266 is no target'],
    [['build', '--target'], '--target needs a value'],
    [['build', '--traget=esp32'], '--traget is not known'],
    [['build', 'hall'], 'hall is no NAME=VALUE'],
    [['flash'], 'flash needs --port, the serial port of the board'],
    [['flash', '--port', '/dev/x', '--baud', 'fast'], '--baud fast is no speed'],
  ])('refuses %j', (args, why) => {
    expect(readOrder(args)).toBe(why);
  });
});
