import { describe, expect, it } from 'vitest';
import { readOrder } from '../../../host/toolchain/command.ts';

describe('joulegate firmware', () => {
  it('takes an action, a target and what the firmware is configured with', () => {
    expect(readOrder(['build', '--target', 'esp32s3', 'gateway=hall', 'wifiPassword=a=b c'])).toEqual({
      action: 'build',
      target: 'esp32s3',
      configuration: ['gateway=hall', 'wifiPassword=a=b c'],
    });
    expect(readOrder(['check'])).toEqual({ action: 'check', target: 'esp32', configuration: [] });
  });

  it.each([
    [[], 'nothing was asked for'],
    [['bild'], 'bild is no command'],
    [['build', '--target', 'esp8266'], 'esp8266 is no target'],
    [['build', '--target'], '--target needs a value'],
    [['build', '--traget=esp32'], '--traget is not known'],
    [['build', 'hall'], 'hall is no NAME=VALUE'],
  ])('refuses %j', (args, why) => {
    expect(readOrder(args)).toBe(why);
  });
});
