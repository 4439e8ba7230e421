import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { commands, runCommand } from '../../../simulator/commands.ts';
import { saveDemo } from '../../../simulator/demo/saved-demo.ts';
import { createPlant } from '../../../simulator/plant/plant.ts';
import { loadScenario, scenarioNames } from '../../../simulator/scenario/load.ts';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

/** Runs a command line that stops at once; what it printed and its exit code. */
async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommand(args, {
    out: line => out.push(line),
    err: line => err.push(line),
    stopped: Promise.resolve(),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'joulegate-test-'));
  ended.push(() => rmSync(folder, { recursive: true }));
  return folder;
};

const takenPort = (): Promise<number> =>
  new Promise(resolve => {
    const server: Server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
    ended.push(() => new Promise(done => server.close(done)));
  });

describe('help', () => {
  test('without a command it tells the commands and fails; asked for, it succeeds', async () => {
    const nothing = await run();
    const help = await run('--help');
    expect(nothing).toEqual({ code: 2, out: '', err: help.out });
    expect(help.code).toBe(0);
    for (const { name, summary } of commands)
      expect(help.out).toMatch(new RegExp(`^ {2}${name} +${summary}$`, 'm'));
  });

  test.each(commands.map(({ name }) => name))(
    '%s --help tells what it does and starts nothing',
    async name => {
      const { code, out, err } = await run(name, '--help', '--nonsense');
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain(`joulegate-sim ${name}`);
    },
  );

  test('a command is listed by its own name, and help COMMAND is COMMAND --help', async () => {
    for (const { name, load } of commands) expect((await load()).name).toBe(name);
    expect(await run('help', 'year')).toEqual(await run('year', '--help'));
  });

  test.each([
    [['serv', '--json'], '"serv" is not a command; demo, serve, '],
    [['--json'], 'a command is wanted; demo, serve, '],
    [
      ['list', '--json', '--only', 'loads', '--schema'],
      '--only and --schema are different lists; give one of them',
    ],
    [['list', '--json', '--all'], '--all is not known; list takes --only, '],
  ])('%j: a mistake is told to programs, too', async (args, words) => {
    const { code, out, err } = await run(...args);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      event: 'error',
      code: 2,
      message: expect.stringContaining(words),
    });
    expect(err).toContain(words);
  });
});

describe('list', () => {
  test('a file in another encoding is told as such, and one with a mark of its bytes is read', async () => {
    const file = join(temporaryFolder(), 'shop.yaml');
    const text = JSON.stringify({
      name: 'Café',
      supply: { kind: 'single-phase' },
      circuits: [{ id: 'all', load: { kind: 'standby' } }],
      lines: [{ id: 'bus', kind: 'rs485' }],
      meters: [{ id: 'plug', profile: 'eastron-sdm120', at: 'all', line: 'bus', address: 1 }],
    });
    writeFileSync(file, `\ufeff${text}`);
    expect(await run('list', '--scenario', file)).toMatchObject({ code: 0, err: '' });
    for (const bytes of [Buffer.from(`\ufeff${text}`, 'utf16le'), Buffer.from(text, 'latin1')]) {
      writeFileSync(file, bytes);
      const { code, err } = await run('list', '--scenario', file);
      expect({ code, err }).toEqual({
        code: 2,
        err: `joulegate-sim list: the scenario ${file} is no text in UTF-8; save it anew as that`,
      });
    }
  });

  test('has every scenario, profile, load, head, happening and fault, for people and for programs', async () => {
    const { code, out } = await run('list');
    expect(code).toBe(0);
    const facts = JSON.parse((await run('list', '--json')).out);
    expect(Object.keys(facts)).toEqual(['scenarios', 'profiles', 'loads', 'heads', 'happenings', 'faults']);
    for (const entries of Object.values<{ id: string }[]>(facts)) {
      expect(entries.length).toBeGreaterThan(0);
      for (const { id } of entries) expect(out).toMatch(new RegExp(`^${id.replaceAll('.', '\\.')} `, 'm'));
    }
    expect(facts.scenarios.map(({ id }: { id: string }) => id)).toEqual(scenarioNames());
    const { out: heads } = await run('list', '--only', 'heads');
    expect(heads).not.toContain('SCENARIO');
  });

  test('tells what is in a scenario, and gives the schema of the files', async () => {
    const { out } = await run('list', '--scenario', 'flat');
    for (const { id, profile } of loadScenario('flat').meters)
      expect(out).toMatch(new RegExp(`^${id} .* ${profile} `, 'm'));
    const schema = JSON.parse((await run('list', '--schema')).out);
    expect(schema.required).toContain('circuits');
  });
});

describe('a wrong argument ends with 2 and says what is allowed', () => {
  test.each([
    [
      ['demonstrate'],
      `joulegate-sim: "demonstrate" is not a command; ${commands.map(({ name }) => name).join(', ')} are allowed`,
    ],
    [
      ['list', '--all'],
      'joulegate-sim list: --all is not known; list takes --only, --scenario, --schema, --json',
    ],
    [
      ['list', '--only', 'loops'],
      'joulegate-sim list: --only "loops" is not known; allowed are scenarios, profiles, loads, heads, happenings, faults',
    ],
    [['demo', '--hours', '49'], 'joulegate-sim demo: --hours "49": a whole number from 0 to 48 is allowed'],
    [['serve', '--speed', '0'], 'joulegate-sim serve: --speed "0": a number from 0.01 to 3600 is allowed'],
    [
      ['serve', '--meters', 'abb-b23@5,abb-b23@1'],
      'joulegate-sim serve: --meters "abb-b23@1": address 1 is taken; choose another',
    ],
    [
      ['serve', '--meters', 'abb-b23'],
      'joulegate-sim serve: --meters "abb-b23": PROFILE@ADDRESS or PROFILE@ADDRESS:CIRCUIT with an address from 1 to 247 is allowed',
    ],
  ])('%j', async (args, message) => {
    expect(await run(...args)).toEqual({ code: 2, out: '', err: message });
  });

  test('a data folder that is a file', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { code, err } = await run('demo', '--data', file);
    expect(code).toBe(2);
    expect(err).toMatch(
      /^joulegate-sim demo: --data ".*file" cannot be made or used \(EEXIST\); a folder that may be written to is allowed$/,
    );
  });

  // Nothing can be made there, not even by root.
  test.runIf(existsSync('/proc/self')).each(['/proc/joulegate/demo', '/proc'])(
    'a data folder that cannot be made or takes no files: %s',
    async folder => {
      const { code, err } = await run('demo', '--data', folder);
      expect(code).toBe(2);
      expect(err).toMatch(
        /^joulegate-sim demo: --data "\/proc.*" cannot be made or used \(E[A-Z]+\); a folder /,
      );
      const report = await run('faults', 'half-open', '--json', join(folder, 'faults.json'));
      expect(report.err).toMatch(/faults\.json cannot be written \(E[A-Z]+\); name a file in a folder /);
    },
  );

  test('another seed or scenario than that of the demo in the folder', async () => {
    const folder = temporaryFolder();
    const { plant: plan, place } = loadScenario('flat');
    const plant = createPlant(plan, place, { seed: 7, startMs: Date.now() }).save();
    const secrets = { user: 'demo', password: 'p', gateways: {} };
    saveDemo(folder, { ...secrets, scenario: 'flat', hasEnded: true, plant });
    const { code, err } = await run('demo', '--data', folder, '--seed', '8');
    expect(code).toBe(2);
    expect(err).toContain('--seed 8: the demo in this folder has the seed 7');
    const other = await run('demo', '--data', folder, '--scenario', 'office');
    expect(other.err).toContain('--scenario office: the demo in this folder has the scenario flat; leave');
  });

  test.each([
    ['--rs485-port', 'rs485-1'],
    ['--ir-port', 'ir-1'],
    ['--ports', 'ir-1'],
  ])('serve %s that another program has', async (option, line) => {
    const port = await takenPort();
    const { code, err } = await run('serve', option, option === '--ports' ? `${line}=${port}` : String(port));
    expect(code).toBe(2);
    expect(err).toBe(
      `joulegate-sim serve: line ${line}: another program has port ${port}; choose another, or 0 for any`,
    );
  });
});

test.each([
  ['demo', '--port'],
  ['demo', '--mqtt-port'],
  ['new', '--port'],
])('%s %s that another program has is told, and all of it ends', async (name, option) => {
  const port = await takenPort();
  const { code, out, err } = await run(name, option, String(port));
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err.split('\n').at(-1)).toBe(
    `joulegate-sim ${name}: ${option} ${port}: another program has this port; choose another, or 0 for any`,
  );
});

test('a demo.json that no demo has written is refused, not overwritten', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'demo.json'), '{"user":"me"}');
  const { code, err } = await run('demo', '--data', folder);
  expect(code).toBe(1);
  expect(err).toContain('demo.json is not what a demo leaves there; choose another folder with --data');
});

test('a meter that no profile knows is refused with the nearest that are known', async () => {
  const { code, err } = await run('serve', '--meters', 'abb-b32@5');
  expect(code).toBe(2);
  expect(err).toMatch(
    /--meters "abb-b32@5": the Modbus meter "abb-b32" is not known; the nearest are abb-b23, /,
  );
});

test('serve puts any meters that are wanted on the bus', async () => {
  const { code, out } = await run('serve', '--meters', 'growatt-rtu@5,sunspec@6,eastron-sdm120@7:supply.L3');
  expect(code).toBe(0);
  expect(out).toMatch(
    /address 5 +growatt-rtu .* at pv\n +address 6 +sunspec .* at pv\n +address 7 +eastron-sdm120 .* at supply.L3\n/,
  );
  const forty = Array.from({ length: 40 }, (_, index) => `eastron-sdm120@${101 + index}:supply.L1`);
  const crowd = await run('serve', '--scenario', 'flat', '--meters', forty.join(','));
  expect([crowd.code, crowd.err]).toEqual([0, '']);
  expect(crowd.out).toContain('address 140  eastron-sdm120');
  const wrong = await run('serve', '--meters', 'eastron-sdm120@7:supply');
  expect(wrong.err).toContain('"supply" has 3 phases; eastron-sdm120 measures one: supply.L1, ');
});

describe('serve', () => {
  test.each([
    ['sml-absolute', 'sml-meter', 9600],
    ['d0-7e1+history', 'd0-meter', 9600],
    ['p1-4.2', 'p1-meter', 115_200],
  ])('with --head %s it names the profile that reads it, at its speed', async (head, profile, baud) => {
    const { code, out } = await run('serve', '--head', head, '--json');
    expect(code).toBe(0);
    const { lines } = JSON.parse(out);
    expect(lines[0]).toMatchObject({ kind: 'ir', baud, meters: [{ head, profile }] });
  });

  test.each(scenarioNames())('has all lines of %s on ports, and ends when it is asked to', async name => {
    const { code, out, err } = await run('serve', '--scenario', name, '--seed', '42', '--speed', '60');
    const { lines, meters, name: title } = loadScenario(name);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`${title}: seed 42, time goes 60 times as fast\n`);
    for (const { id, kind } of lines)
      expect(out).toMatch(
        new RegExp(`^${id} +${kind === 'i2c' ? 'I2C' : 'tcp://127\\.0\\.0\\.1:\\d+ '}`, 'm'),
      );
    for (const { address, profile, line } of meters) {
      if (lines.find(({ id }) => id === line)?.kind === 'rs485')
        expect(out).toMatch(new RegExp(`address ${address} +${profile} `));
    }
  });

  test.each([
    [
      ['--ports', 'rs485-1=0', '--rs485-port', '0'],
      '--rs485-port: --ports has a port of the line rs485-1, too',
    ],
    [['--ports', 'ir-1=0,ir-1=0'], '--ports "ir-1=0,ir-1=0": the line ir-1 stands there twice'],
    [['--ports', 'ir-2=0'], '--ports "ir-2=0": the line is not known; did you mean ir-1?'],
    [['--ports', 'ir-1'], '--ports "ir-1": LINE=PORT with a port from 0 to 65535 is allowed'],
  ])('%j is a mistake', async (args, words) => {
    const { code, err } = await run('serve', ...args);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });

  test('tells programs the same as JSON', async () => {
    const { out } = await run('serve', '--scenario', 'flat', '--json');
    const { event, scenario, lines } = JSON.parse(out);
    expect({ event, scenario }).toEqual({ event: 'serving', scenario: 'flat' });
    expect(lines.map(({ id }: { id: string }) => id)).toEqual(['ir-1', 'rs485-1']);
    for (const { port } of lines) expect(port).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
  });

  test('serves a file of yours, and tells all mistakes of one with lines', async () => {
    const file = join(temporaryFolder(), 'my socket.yaml');
    const text = [
      'name: One socket',
      'supply: { kind: single-phase }',
      'circuits:',
      '  - { id: socket, load: { kind: standby } }',
      'lines:',
      '  - { id: bus, kind: rs485 }',
      'meters:',
      '  - { id: plug, profile: eastron-sdm120, at: socket, line: bus, address: 1 }',
    ];
    writeFileSync(file, text.join('\n'));
    expect(await run('serve', '--scenario', file)).toMatchObject({ code: 0, err: '' });
    writeFileSync(file, text.join('\n').replace('standby', 'standbye').replace('line: bus', 'line: buss'));
    const { code, err } = await run('serve', '--scenario', file);
    expect(code).toBe(2);
    expect(err).toMatch(
      /my socket\.yaml:4:\d+ {2}circuits\[0\]\.load\.kind: .*\n.*my socket\.yaml:8:\d+ {2}meters\[0\]\.line: "buss" is not known; did you mean bus\? allowed are bus$/,
    );
  });
});

test('new tells where its page is, and ends when it is told', async () => {
  const { code, out } = await run('new');
  expect(code).toBe(0);
  expect(out).toMatch(/^page {4}http:\/\/127\.0\.0\.1:\d+\/$/m);
});
