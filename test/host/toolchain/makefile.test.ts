import { describe, expect, it } from 'vitest';
import { readMakefile } from '../../../host/toolchain/makefile.ts';

/** Shortened from what mcconfig 8.2.3 wrote. */
const text = `MODULES = /sdk/modules
TMP_DIR = /out/tmp/esp32
MODULES_DIR = /out/tmp/esp32/modules

CREATION = -c 32768,1024,main,0
STRIPS =\\
	-s "*"

MODULES =\\
	$(MODULES_DIR)/app/bus.xsb\\
	$(MODULES_DIR)/timer.xsb
PRELOADS =\\
	-p app/bus.xsb

$(MODULES_DIR)/timer.xsb: /sdk/modules/base/timer/timer.js
	@echo '# xsc timer.xsb'
	xsc /sdk/modules/base/timer/timer.js -c -e -o $(@D) -r timer

$(MODULES_DIR)/app/bus.xsb: $(TMP_DIR)/tsc/app/bus/home/me/firmware/app/bus.js
	@echo '# xsc app/bus.xsb'
	xsc $(TMP_DIR)/tsc/app/bus/home/me/firmware/app/bus.js -c -e -o $(@D) -r bus

$(TMP_DIR)/timer.c.xsi: /sdk/modules/base/timer/timer.c
	xsid /sdk/modules/base/timer/timer.c -o $(@D)
`;

describe("the SDK's makefile", () => {
  const { recipes, link } = readMakefile(text);

  it('gives how each file is compiled, with its own folder', () => {
    expect(recipes).toEqual([
      {
        target: '/out/tmp/esp32/modules/timer.xsb',
        program: 'xsc',
        args: ['/sdk/modules/base/timer/timer.js', '-c', '-e', '-o', '/out/tmp/esp32/modules', '-r', 'timer'],
      },
      {
        target: '/out/tmp/esp32/modules/app/bus.xsb',
        program: 'xsc',
        args: [
          '/out/tmp/esp32/tsc/app/bus/home/me/firmware/app/bus.js',
          '-c',
          '-e',
          '-o',
          '/out/tmp/esp32/modules/app',
          '-r',
          'bus',
        ],
      },
      {
        target: '/out/tmp/esp32/timer.c.xsi',
        program: 'xsid',
        args: ['/sdk/modules/base/timer/timer.c', '-o', '/out/tmp/esp32'],
      },
    ]);
  });

  it('gives what is linked, of two variables of one name the later, and no quotes of the shell', () => {
    expect(link).toEqual([
      ...['-b', '/out/tmp/esp32/modules', '-o', '/out/tmp/esp32', '-p', 'app/bus.xsb', '-s', '*'],
      ...['-c', '32768,1024,main,0'],
      ...['/out/tmp/esp32/modules/app/bus.xsb', '/out/tmp/esp32/modules/timer.xsb'],
    ]);
  });
});
