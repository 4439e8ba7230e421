import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Piece, type SerialDevice, writeBoard } from '../../host/toolchain/board-writer.ts';
import { type LoaderChip, RomLoader } from '../../simulator/gateway/rom-loader.ts';

/** A port whose other end is the loader. */
function deviceOf(options: { chip: LoaderChip; isFlashBad?: boolean; isDumb?: boolean }) {
  let toComputer: ReadableStreamDefaultController<Uint8Array> | undefined;
  const signals: object[] = [];
  const loader = new RomLoader({ ...options, send: bytes => toComputer?.enqueue(bytes) });
  const device = {
    readable: null as ReadableStream<Uint8Array> | null,
    writable: null as WritableStream<Uint8Array> | null,
    open: async () => {
      device.readable = new ReadableStream({
        start: controller => {
          toComputer = controller;
        },
      });
      device.writable = new WritableStream({
        write: bytes => {
          if (options.isDumb !== true) loader.take(bytes);
        },
      });
    },
    close: async () => {
      device.readable = null;
      device.writable = null;
    },
    setSignals: async (wanted: object) => void signals.push(wanted),
    setBaudRate: async () => {},
    getInfo: () => ({}),
  } satisfies SerialDevice;
  return { loader, device, signals };
}

/** Bytes that neither repeat nor compress to nothing. */
const image = (bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, index) => (index * 2_654_435_761) >>> (index % 3 === 0 ? 24 : 12));

const pieces: readonly Piece[] = [
  { name: 'bootloader.bin', offset: 0x1000, bytes: image(20_000) },
  { name: 'partition-table.bin', offset: 0x8000, bytes: image(3072) },
  { name: 'firmware.bin', offset: 0x2_0000, bytes: image(100_001) },
];

const write = async (device: SerialDevice, piecesFor: (chip: string) => Promise<readonly Piece[]>) => {
  const said: string[] = [];
  await writeBoard({ device, baud: 460_800, piecesFor, say: line => said.push(line), before: 'no_reset' });
  return said;
};

describe('firmware written to a board', () => {
  it.each(['esp32', 'esp32s3', 'esp32c3', 'esp32c6'] as const)(
    '%s: each piece lies where it belongs, all else stays erased',
    async chip => {
      const { loader, device, signals } = deviceOf({ chip });
      const asked: string[] = [];
      const said = await write(device, async found => {
        asked.push(found);
        return pieces;
      });
      expect(asked).toEqual([chip]);
      expect(loader.isStub).toBe(true);
      const expected = new Uint8Array(loader.flash.length).fill(0xff);
      // Pieces are filled up to whole words.
      for (const { offset, bytes } of pieces) expected.set(bytes, offset);
      expect(Buffer.compare(loader.flash, expected)).toBe(0);
      expect(said).toEqual([
        'connecting',
        `found ${chip}`,
        ...pieces.map(({ name }) => `${name}: written`),
        'checked; the board starts anew',
      ]);
      expect(signals.length).toBeGreaterThan(0);
    },
  );

  it('is told where the flash holds other bytes than were sent', async () => {
    const { device } = deviceOf({ chip: 'esp32', isFlashBad: true });
    await expect(write(device, async () => pieces)).rejects.toThrow(
      'MD5 of file does not match data in flash',
    );
  });

  it('is not begun where there is none for the chip that answered, and the port is free again', async () => {
    const { loader, device } = deviceOf({ chip: 'esp32c3' });
    const none = async (chip: string) => {
      throw new Error(`no image for ${chip}`);
    };
    await expect(write(device, none)).rejects.toThrow('no image for esp32c3');
    expect(loader.flash.every(byte => byte === 0xff)).toBe(true);
    expect(device.readable).toBeNull();
  });

  it('is told where no board answers', async () => {
    const { device } = deviceOf({ chip: 'esp32', isDumb: true });
    await expect(write(device, async () => pieces)).rejects.toThrow('Failed to connect with the device');
  });
});

const hasSocat = spawnSync('socat', ['-V']).status === 0;
const hasSerial = existsSync('node_modules/serialport') && process.platform === 'linux';

describe.skipIf(!hasSocat || !hasSerial)(
  `joulegate firmware flash over a serial port${hasSocat && hasSerial ? '' : ' (skipped: needs Linux, socat and the package serialport)'}`,
  () => {
    it('finds the chip, takes its image, and writes it', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'joulegate-flash-'));
      let loader: RomLoader | undefined;
      const board = createServer(socket => {
        loader = new RomLoader({ chip: 'esp32s3', send: bytes => void socket.write(bytes) });
        socket.on('data', bytes => loader?.take(bytes));
        socket.on('error', () => {});
      });
      await new Promise<void>(resolve => board.listen(0, '127.0.0.1', resolve));
      const address = board.address();
      const tcp = typeof address === 'object' && address !== null ? address.port : 0;
      const port = join(folder, 'board');
      const socat = spawn('socat', [`pty,raw,echo=0,link=${port}`, `tcp:127.0.0.1:${tcp}`]);
      const images = join(folder, 'images');
      const app = image(30_000);
      await mkdir(join(images, 'esp32s3'), { recursive: true });
      await writeFile(join(images, 'esp32s3', 'firmware.bin'), app);
      const manifest = {
        ...{ version: '0.1.0', chip: 'esp32s3', imageBytes: app.length },
        sha256: createHash('sha256').update(app).digest('hex'),
        parts: [{ path: 'firmware.bin', offset: 0x2_0000 }],
      };
      await writeFile(join(images, 'esp32s3', 'manifest.json'), JSON.stringify(manifest));
      try {
        await expect.poll(() => existsSync(port)).toBe(true);
        const flash = await ended(
          spawn(process.execPath, [
            ...['dist/host/cli.js', 'firmware', 'flash', '--port', port, '--images', images, '--waiting'],
          ]),
        );
        expect(flash.output).toContain('found esp32s3');
        expect(flash.output).toContain('checked; the board starts anew');
        expect(flash.code).toBe(0);
        expect(
          Buffer.compare(loader?.flash.subarray(0x2_0000, 0x2_0000 + app.length) ?? new Uint8Array(), app),
        ).toBe(0);
      } finally {
        socat.kill();
        board.close();
        await rm(folder, { recursive: true, force: true });
      }
    });
  },
);

const ended = (child: ChildProcess): Promise<{ code: number | null; output: string }> =>
  new Promise(resolve => {
    let output = '';
    child.stdout?.on('data', bytes => (output += bytes));
    child.stderr?.on('data', bytes => (output += bytes));
    child.on('close', code => resolve({ code, output }));
  });
