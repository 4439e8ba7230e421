import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { commands, runCommand } from '../../../simulator/commands.ts';
import { saveDemo } from '../../../simulator/demo/saved-demo.ts';
import { House } from '../../../simulator/house/house.ts';
import { siteMeters } from '../../../simulator/site.ts';

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
});

test('list has every meter of the site', async () => {
  const { code, out } = await run('list');
  expect(code).toBe(0);
  for (const { id, name } of siteMeters)
    expect(out).toMatch(new RegExp(`^${id} +${name.replace(/[()]/g, '.')}`, 'm'));
});

describe('a wrong argument ends with 2 and says what is allowed', () => {
  test.each([
    [
      ['demonstrate'],
      `joulegate-sim: "demonstrate" is not a command; ${commands.map(({ name }) => name).join(', ')} are allowed`,
    ],
    [['list', '--all'], 'joulegate-sim list: --all is not known; list takes no options'],
    [['demo', '--hours', '49'], 'joulegate-sim demo: --hours "49": a whole number from 0 to 48 is allowed'],
    [['serve', '--speed', '0'], 'joulegate-sim serve: --speed "0": a number from 0.01 to 3600 is allowed'],
    [
      ['serve', '--meters', 'abb-b23@5,abb-b23@1'],
      'joulegate-sim serve: --meters "abb-b23@1": address 1 is taken; choose another',
    ],
    [
      ['serve', '--meters', 'abb-b23'],
      'joulegate-sim serve: --meters "abb-b23": PROFILE@ADDRESS with an address from 1 to 247 is allowed',
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
      /^joulegate-sim demo: --data ".*file" cannot be made or used \(EEXIST\); a folder is allowed$/,
    );
  });

  test('another seed than that of the house in the folder', async () => {
    const folder = temporaryFolder();
    const house = new House({ seed: 7, startMs: Date.now() }).save();
    const secrets = { user: 'demo', password: 'p', gatewayPassword: 'g' };
    saveDemo(folder, { ...secrets, hasEnded: true, store: {}, house });
    const { code, err } = await run('demo', '--data', folder, '--seed', '8');
    expect(code).toBe(2);
    expect(err).toContain('--seed 8: the house in this folder has the seed 7');
  });

  test.each(['rs485-port', 'ir-port'])('serve --%s that another program has', async option => {
    const port = await takenPort();
    const { code, err } = await run('serve', `--${option}`, String(port));
    expect(code).toBe(2);
    expect(err).toBe(
      `joulegate-sim serve: --${option} ${port}: another program has this port; choose another, or 0 for any`,
    );
  });
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
  expect(err).toMatch(/--meters "abb-b32@5": there is no Modbus meter "abb-b32"; the nearest are abb-b23, /);
});

test('serve puts any meters that are wanted on the bus', async () => {
  const { code, out } = await run('serve', '--meters', 'growatt-rtu@5,sunspec@6');
  expect(code).toBe(0);
  expect(out).toMatch(/address 5 {2}growatt-rtu\n +address 6 {2}sunspec\n/);
});

test('serve prints seed, ports and addresses, and ends when it is asked to', async () => {
  const { code, out, err } = await run('serve', '--seed', '42', '--speed', '60');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/seed 42, time goes 60 times as fast/);
  expect(out).toMatch(/RS485 +tcp:\/\/127\.0\.0\.1:\d+ /);
  expect(out).toMatch(/IR +tcp:\/\/127\.0\.0\.1:\d+ /);
  for (const { address, profile, line } of siteMeters) {
    if (line === 'rs485-1') expect(out).toContain(`address ${address}  ${profile}`);
  }
});

test('new tells where its page is, and ends when it is told', async () => {
  const { code, out } = await run('new');
  expect(code).toBe(0);
  expect(out).toMatch(/^page {4}http:\/\/127\.0\.0\.1:\d+\/$/m);
});
